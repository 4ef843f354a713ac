import { expect, test } from 'vitest'
import { Warnings } from '../src/warnings.js'

function warningsOf(...lines: string[]): string[] {
  const warnings = new Warnings()
  for (const line of lines) warnings.add(line)
  return warnings.list
}

test('the first warning of each kind is kept', () => {
  expect(
    warningsOf(
      'Fortio 1.16.1 running at 100 queries per second, 2->2 procs, for 1s: http://127.0.0.1:39900/',
      '16:20:45 I httprunner.go:81> Starting http test for http://127.0.0.1:39900/ with 4 threads at 100.0 qps',
      '16:20:45 W http_client.go:863> Buffer is too small for headers 127 + data 200000',
      '16:20:45 W http_client.go:863> Buffer is too small for headers 128 + data 300000',
      '16:20:46 E http_client.go:807> Read error &{{0xc0001}} 127.0.0.1:39900 0 : connection reset by peer',
      '16:20:46 E http_client.go:807> Read error &{{0xc0bff}} 127.0.0.1:39901 7 : connection reset by peer',
      'WARNING 22.00% of sleep were falling behind',
    ),
  ).toEqual([
    'Buffer is too small for headers 127 + data 200000',
    'Read error &{{0xc0001}} 127.0.0.1:39900 0 : connection reset by peer',
  ])
})

test('no more than three are kept, and not the whole of a long one', () => {
  const list = warningsOf(...['a', 'b', 'c', 'd'].map((kind) => `1:2:3 W x.go:1> ${kind.repeat(1000)}`))
  expect(list).toEqual(['a', 'b', 'c'].map((kind) => kind.repeat(300)))
})
