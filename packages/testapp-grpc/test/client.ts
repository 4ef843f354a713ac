// A client of everything that the app serves, made from the .proto files themselves.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type ChannelOptions, Client, credentials, type ServiceDefinition } from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { service as health } from 'grpc-health-check'

const protoFolder = join(dirname(createRequire(import.meta.url).resolve('@dapr/dapr/package.json')), 'proto')
const dapr = loadSync('dapr/proto/runtime/v1/appcallback.proto', {
  includeDirs: [protoFolder],
  keepCase: true,
  defaults: true,
  enums: String,
})
const callback = dapr['dapr.proto.runtime.v1.AppCallback'] as ServiceDefinition
const alpha = dapr['dapr.proto.runtime.v1.AppCallbackAlpha'] as ServiceDefinition
const daprHealth = dapr['dapr.proto.runtime.v1.AppCallbackHealthCheck'] as ServiceDefinition
const methods = { ...callback, ...alpha, ...daprHealth, ...(health as ServiceDefinition) }

/** A request's encoding. */
export function encode(name: string, request: object): Buffer {
  return methodNamed(name).requestSerialize(request)
}

function methodNamed(name: string) {
  const method = methods[name]
  if (!method) throw new Error(`the app has no method ${name}`)
  return method
}

const asIs = (message: Buffer) => message

export class AppClient extends Client {
  constructor(port: number, options: ChannelOptions = {}) {
    super(`127.0.0.1:${port}`, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
      'grpc.max_receive_message_length': -1,
      ...options,
    })
  }

  /** @throws ServiceError with the status that the app answered, if it isn't OK */
  async call(name: string, request: object = {}): Promise<unknown> {
    const { path, requestSerialize, responseDeserialize } = methodNamed(name)
    return new Promise((resolve, reject) => {
      this.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, answer) =>
        error ? reject(error) : resolve(answer),
      )
    })
  }

  /** Sends a request that is encoded already, to any path, and gives the answer's encoding. */
  async callEncoded(path: string, request: Buffer): Promise<Buffer | undefined> {
    return new Promise((resolve, reject) => {
      this.makeUnaryRequest(path, asIs, asIs, request, (error, answer) =>
        error ? reject(error) : resolve(answer),
      )
    })
  }

  /** Opens a call that goes on until one side ends it. */
  watchHealth() {
    const { path, requestSerialize, responseDeserialize } = methodNamed('Watch')
    return this.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { service: '' })
  }
}
