// What testapp-grpc costs beside an app on grpc-go that does the same: same fortio, same machine, in turn.
import { join } from 'node:path'
import { compareWithGo } from '@dapr-perf/bench'

const onInvoke = 'capability=invoke,target=appcallback,method=load'

await compareWithGo({
  name: 'testapp-grpc',
  main: join(import.meta.dirname, '../dist/main.cjs'),
  goApp: join(import.meta.dirname, 'go-app'),
  fortioArgs: (port) => ['-grpc', '-dapr', onInvoke, `http://127.0.0.1:${port}/`],
})
