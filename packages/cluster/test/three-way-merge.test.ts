import { describe, expect, it } from 'vitest'
import { threeWayMerge } from '../src/dapr/three-way-merge.js'

describe('what helm makes of an object', () => {
  it.each([
    ['sets what the chart sets', {}, { replicas: 1 }, { replicas: 3 }, { replicas: 1 }],
    [
      'removes what only the earlier chart set',
      { volumeClaimTemplates: [{}], replicas: 3 },
      { replicas: 3 },
      { volumeClaimTemplates: [{}], replicas: 3 },
      { replicas: 3 },
    ],
    [
      'keeps what a controller has added, such as certificates',
      { kind: 'Secret' },
      { kind: 'Secret' },
      { kind: 'Secret', data: { 'ca.crt': 'QQ==' } },
      { kind: 'Secret', data: { 'ca.crt': 'QQ==' } },
    ],
    [
      'counts an empty field of the chart as absent',
      { annotations: { a: '1' } },
      { annotations: null },
      { annotations: { a: '1' }, labels: {} },
      { labels: {} },
    ],
    [
      'merges items by name, and keeps those of others',
      { containers: [{ name: 'gone' }, { name: 'app', image: 'a' }] },
      { containers: [{ name: 'app', image: 'b' }] },
      {
        containers: [
          { name: 'gone' },
          { name: 'app', image: 'a', imagePullPolicy: 'Always' },
          { name: 'mesh' },
        ],
      },
      { containers: [{ name: 'app', image: 'b', imagePullPolicy: 'Always' }, { name: 'mesh' }] },
    ],
    [
      'removes what only the earlier chart set in a part of it, too',
      { spec: { replicas: 3, containers: [{ name: 'app', args: ['--ha'] }] } },
      { spec: { containers: [{ name: 'app' }] } },
      { spec: { replicas: 3, paused: true, containers: [{ name: 'app', args: ['--ha'], image: 'a' }] } },
      { spec: { paused: true, containers: [{ name: 'app', image: 'a' }] } },
    ],
    ['replaces other lists', {}, { args: ['--b'] }, { args: ['--a', '--b'] }, { args: ['--b'] }],
  ])('%s', (_, earlier, next, live, merged) => {
    expect(threeWayMerge(earlier, next, live)).toEqual(merged)
  })
})
