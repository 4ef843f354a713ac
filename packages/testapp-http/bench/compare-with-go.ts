// What testapp-http costs beside a plain Go handler: same fortio, same machine, in turn.
import { join } from 'node:path'
import { compareWithGo } from '@dapr-perf/bench'

await compareWithGo({
  name: 'testapp-http',
  main: join(import.meta.dirname, '../dist/main.cjs'),
  goApp: join(import.meta.dirname, 'go-app'),
  fortioArgs: (port) => [`http://127.0.0.1:${port}/test`],
})
