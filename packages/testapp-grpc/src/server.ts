import { create, type DescService, fromBinary, toBinary } from '@bufbuild/protobuf'
import { BinaryReader } from '@bufbuild/protobuf/wire'
import { InvokeRequestSchema, InvokeResponseSchema } from '@dapr/dapr/proto/dapr/proto/common/v1/common_pb.js'
import {
  AppCallback,
  AppCallbackAlpha,
  AppCallbackHealthCheck,
  TopicEventResponse_TopicEventResponseStatus as Status,
  TopicEventBulkRequestSchema,
  TopicEventBulkResponseSchema,
} from '@dapr/dapr/proto/dapr/proto/runtime/v1/appcallback_pb.js'
import { type handleUnaryCall, Server, type ServiceDefinition } from '@grpc/grpc-js'
import { HealthImplementation } from 'grpc-health-check'

export const maxMessageBytes = 16 * 1024 * 1024

/**
 * The app that is called: Dapr's AppCallback service. OnInvoke responds without data; its method `echo` returns the
 * request's data. There are no subscriptions and no bindings, but all events are accepted.
 */
export function buildServer(): Server {
  const server = new Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.enable_channelz': 0, // its statistics of every call cost time, and nobody reads them
  })
  server.addService(definitionOf(AppCallback), {
    onInvoke: answer(invoke),
    listTopicSubscriptions: answer(() => emptyMessage),
    onTopicEvent: answer(() => emptyMessage),
    listInputBindings: answer(() => emptyMessage),
    onBindingEvent: answer(() => emptyMessage),
  })
  server.addService(definitionOf(AppCallbackAlpha), { onBulkTopicEventAlpha1: answer(acceptAll) })
  server.addService(definitionOf(AppCallbackHealthCheck), { healthCheck: answer(() => emptyMessage) })
  new HealthImplementation({ '': 'SERVING' }).addToServer(server)
  return server
}

/** The protobuf encoding of any message whose fields all have their defaults. */
const emptyMessage = Buffer.alloc(0)

/** For grpc-js. Messages stay encoded: most requests aren't read, and most responses are empty. */
function definitionOf(service: DescService): ServiceDefinition {
  const asIs = (message: Buffer) => message
  const methods = service.methods.map(({ name, localName }) => [
    localName,
    {
      path: `/${service.typeName}/${name}`,
      requestStream: false,
      responseStream: false,
      requestSerialize: asIs,
      requestDeserialize: asIs,
      responseSerialize: asIs,
      responseDeserialize: asIs,
    },
  ])
  return Object.fromEntries(methods)
}

function answer(respond: (request: Buffer) => Buffer): handleUnaryCall<Buffer, Buffer> {
  return ({ request }, callback) => callback(null, respond(request))
}

function invoke(request: Buffer): Buffer {
  if (methodOf(request) !== 'echo') return emptyMessage
  const { data, contentType } = fromBinary(InvokeRequestSchema, request)
  const response = create(InvokeResponseSchema, data ? { data, contentType } : { contentType })
  return Buffer.from(toBinary(InvokeResponseSchema, response))
}

/** The method of an InvokeRequest, faster than decoding all of it. */
function methodOf(request: Buffer): string {
  const reader = new BinaryReader(request)
  let method = ''
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag()
    if (field === InvokeRequestSchema.field.method.number) method = reader.string()
    else reader.skip(type)
  }
  return method
}

function acceptAll(request: Buffer): Buffer {
  const { entries } = fromBinary(TopicEventBulkRequestSchema, request)
  const statuses = entries.map(({ entryId }) => ({ entryId, status: Status.SUCCESS }))
  return Buffer.from(
    toBinary(TopicEventBulkResponseSchema, create(TopicEventBulkResponseSchema, { statuses })),
  )
}
