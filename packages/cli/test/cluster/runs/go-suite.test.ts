import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { root, temporaryFolder } from '../../cli.js'
import { daprPerf } from '../cluster.js'
import { environment, prepareCluster, restoreCluster } from '../running.js'

const suite = 'github.com/dapr/dapr/tests/perf'

beforeAll(prepareCluster, 60_000)
afterAll(restoreCluster, 120_000)

// A busy machine may miss the target rate, or the fixed budget of 2 ms: all else that the suite requires has to hold.
it.each(['service_invocation_http', 'state_get_grpc'])(
  "Dapr's own performance test %s passes with these images, but for its rate and budget",
  async (name) => {
    const folder = temporaryFolder()
    const program = join(folder, `${name}.test`)
    await execa('go', ['test', '-c', '-trimpath', '-tags', 'perf', '-o', program, `${suite}/${name}`], {
      env: { CGO_ENABLED: '0' }, // as daprd is built: what is compiled for one serves the other
      cwd: join(root, 'packages/dapr'),
    })
    await daprPerf(['setup-app-configurations'], environment)
    await daprPerf(['setup-test-components', name], environment)

    const { all, exitCode } = await execa(program, ['-test.v', '-test.timeout', '5m'], {
      cwd: folder,
      env: {
        ...environment,
        DAPR_TEST_TAG: 'dev-linux-amd64',
        DAPR_PERF_QPS: '100',
        DAPR_TEST_DURATION: '5s',
        DAPR_TEST_LOG_PATH: folder,
        DAPR_CONTAINER_LOG_PATH: folder,
        TEST_OUTPUT_FILE_PREFIX: join(folder, 'output'),
      },
      all: true,
      reject: false,
    })
    expect(all).toContain('added latency for 90th percentile')
    expect(all).toContain('app or sidecar restarted 0 times')
    if (exitCode !== 0) {
      const errors = all.match(/Error:.*/g)
      expect(errors, all).toHaveLength(1)
      expect(errors?.[0], all).toMatch(/"\d+\.\d+" is not less than or equal to "2"|Should be true$/)
    }
  },
  900_000,
)
