import { testsOf } from '../../vitest.shared.js'

const withDapr = {
  globalSetup: 'test/cluster/installed-dapr.ts',
  testTimeout: 300_000,
  expect: { poll: { timeout: 10_000 } },
}

export default testsOf('cli', {}, [
  {
    // What compares loads to the end, or has to know how late the load generator is: nothing else may go on beside it.
    name: 'slow-comparisons',
    include: ['test/slow/comparisons/*.test.ts'],
    fileParallelism: false,
    sequence: { groupOrder: 1 },
    testTimeout: 120_000,
    expect: { poll: { timeout: 10_000 } },
  },
  {
    // Most of a run is waiting for the cluster: four files go on at the same time, each in its own namespace.
    ...withDapr,
    name: 'cluster-runs',
    include: ['test/cluster/runs/*.test.ts'],
    maxWorkers: 4,
  },
  {
    // What breaks something that all runs need.
    ...withDapr,
    name: 'cluster-disruptions',
    include: ['test/cluster/disruptions/*.test.ts'],
    fileParallelism: false,
  },
  {
    // What needs only a builder of images and a registry.
    name: 'cluster-images',
    include: ['test/cluster/images/*.test.ts'],
    testTimeout: 300_000,
  },
  {
    // What installs and removes Dapr.
    name: 'cluster-tasks',
    include: ['test/cluster/tasks/*.test.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
  },
])
