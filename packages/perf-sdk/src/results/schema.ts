import { z } from 'zod'
import { arrivalKinds } from '../description/arrivals.js'
import type { Check } from '../model/check.js'
import type { Comparison } from '../model/comparison.js'
import type { Environment, Programs } from '../model/environment.js'
import type { Outcome } from '../model/outcome.js'
import type { Summary } from '../model/summary.js'
import { cpuSources, type UsageByApp } from '../model/usage.js'

/** Adds a description, which is part of the JSON Schema, too. */
export const about = <T extends z.ZodType>(text: string, schema: T): T => schema.describe(text)
/** An object that keeps fields that it doesn't know, as those of a later version: runs are compared by all that is stored. */
export const open = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.looseObject(shape) as unknown as z.ZodObject<Shape>
const ms = (text: string) => about(`${text}, in milliseconds`, z.number())
const perSecond = (text: string) => about(`${text}, in requests per second`, z.number())
export const dateTime = z.iso.datetime()

const usage = z.object({
  cpuSeconds: about('CPU time of user and kernel together, in seconds', z.number()),
  cpuSource: about(
    "Where it comes from: schedstat counts nanoseconds for each thread, and hundredths of a second for what has ended; stat hundredths of a second (both proc(5)); ps the same, without the processes that it starts; kubelet a container's nanoseconds, every some seconds; metrics.k8s.io has averages over some seconds. Absent in results of earlier versions",
    z.enum(cpuSources),
  ).optional(),
  peakAnonymousBytes: about(
    "The highest sample of anonymous memory, in bytes: what was allocated and touched, without the program's file and the page cache. Absent where the platform doesn't tell it",
    z.number(),
  ).optional(),
  closedConnections: about(
    "Of an app: connections to it that were closed, by whichever end, in the last minute of a load at most. Absent where the platform doesn't tell it",
    z.int(),
  ).optional(),
})
export const usageByApp = about(
  'Of each app, with the processes that it starts (for tester, fortio), and, if it has one, of its sidecar',
  z.record(z.string(), z.object({ app: usage, sidecar: usage.optional() })),
) satisfies z.ZodType<UsageByApp>

const node = open({
  name: z.string(),
  os: z.string().optional(),
  kubelet: z.string().optional(),
  instanceType: z.string().optional(),
  cores: z.number().optional(),
  memoryBytes: z.number().optional(),
})

const quantities = z.record(z.string(), z.string())
const sha256 = about('SHA-256 of the file, in hexadecimal', z.string()).optional()
const onLocal = { path: z.string().optional(), sha256 }
const onKubernetes = {
  image: about('Its reference, as it was asked for', z.string()).optional(),
  imageID: about('What the nodes ran, usually with its digest', z.string()).optional(),
}

const variables = about(
  'The environment variables that the case gives it, with secrets masked',
  z.record(z.string(), z.string()),
)

const programs = open({
  daprd: open({
    version: about('What it says itself', z.string()),
    source: about(
      'Where it was found, on the platform local',
      z.enum(['DAPR_PERF_DAPRD', '~/.dapr/bin', 'cache', 'release', 'go build']),
    ).optional(),
    ...onLocal,
    ...onKubernetes,
  }).optional(),
  fortio: open({ ...onLocal, ...onKubernetes })
    .describe("Its version is in loads[].engine; on Kubernetes it is part of tester's image")
    .optional(),
  apps: z.record(
    z.string(),
    open({
      files: about(
        'The files that its command names, on the platform local',
        z.array(open({ path: z.string(), sha256 })),
      ).optional(),
      ...onKubernetes,
      node: about('Version of the Node.js that runs it, if it is one of ours', z.string()).optional(),
      env: variables,
      daprEnv: about("The same of its sidecar's", variables).optional(),
      daprArgs: about(
        'Flags of its sidecar besides those that every sidecar has, with secrets masked; absent if there are none, and in results of earlier versions',
        z.record(z.string(), z.string()),
      ).optional(),
    }),
  ),
}) satisfies z.ZodType<Programs>

export const environment = open({
  platform: z.enum(['local', 'kubernetes']),
  programs: about('What was measured', programs),
  host: about(
    'The machine, on the platform local',
    open({
      os: z.string(),
      cpuModel: z.string(),
      cores: about('That the run might use', z.number()),
      cpuLimit: about(
        'Of their time, in cores, that its control group lets it use, as in a container; absent without a limit',
        z.number(),
      ).optional(),
      frequencyGovernor: about(
        "What decides the processors' frequencies, such as powersave; absent where that is not told",
        z.string(),
      ).optional(),
      memoryBytes: about('That the run might use', z.number()),
      loadAverage: about('Before the run, over 1, 5 and 15 minutes', z.array(z.number())),
    }),
  ).optional(),
  cluster: about(
    'The cluster and the nodes of the pods, on the platform kubernetes',
    open({
      kubernetes: z.string(),
      context: z.string(),
      namespace: z.string(),
      nodes: z.array(node),
      admission: about(
        "What the cluster's admission added to the pods of each app, or changed in them, besides Dapr's sidecar; absent if nothing was, and in results of earlier versions",
        z.record(z.string(), z.array(z.string())),
      ).optional(),
    }),
  ).optional(),
  dapr: open({
    mtls: z.boolean(),
    apiLogging: z.boolean(),
    metrics: z.boolean(),
    tracing: z.boolean(),
    nameResolution: z.string(),
    sidecarResources: about(
      "A sidecar's CPU and memory, on the platform kubernetes",
      open({ requests: quantities, limits: quantities }),
    ).optional(),
    configuration: about(
      "The spec of the sidecars' Configuration, with secrets masked",
      z.record(z.string(), z.unknown()),
    ),
    components: about(
      'The Dapr components of the sidecars, with secrets masked',
      z.array(
        open({
          name: z.string(),
          type: z.string(),
          version: z.string().optional(),
          metadata: z.record(z.string(), z.string()),
          scopes: about('The apps whose sidecars load it', z.array(z.string())).optional(),
        }),
      ),
    ),
    resources: about(
      'What was given as files, components included, with the names of the case: without metadata other than the name, and with secrets masked; secretKeyRef names a secret, and has no value',
      z.array(z.record(z.string(), z.unknown())),
    ).optional(),
    apps: about(
      'What the case sets for each app and its sidecar, with defaults, besides variables, flags and images, with secrets masked; absent in results of earlier versions',
      z.record(z.string(), z.record(z.string(), z.unknown())),
    ).optional(),
  }),
}) satisfies z.ZodType<Environment>

export const outcomeOfRequests = z.object({
  code: about("HTTP status, gRPC code, or the engine's own code for neither", z.string()),
  kind: z.enum(['success', 'failure']),
  count: z.int(),
})

const arrivals = about(
  'When the requests were due; absent without a target rate',
  z.enum(arrivalKinds),
).optional()

/** Absent without a target rate. */
const due = {
  due: about(
    'Requests that were due: rate × time, rounded; absent without a target rate',
    z.int(),
  ).optional(),
  sentInTime: about(
    'Of these, how many were sent by the planned end of the load; the others were never sent. Absent without a target rate',
    z.int(),
  ).optional(),
  late: about(
    'Requests for which all connections were busy for more than 1 ms after they were due; absent without a target rate',
    z.object({
      count: z.int(),
      percent: about('Of the requests that were sent', z.number()),
      worstMs: ms('How long the latest of all requests waited for a connection'),
    }),
  ).optional(),
}

const generatorDelay =
  'How late the load generator itself was: from when a request was due and a connection free to sending it, in milliseconds; absent without a target rate'

export const extraConnections = about(
  'Connections that were opened beyond those asked for, and requests that the client sent a second time, unasked; one number of a client that does not tell them apart; absent in results of earlier versions',
  z.union([z.object({ opened: z.int(), sentAgain: z.int() }), z.object({ openedOrSentAgain: z.int() })]),
)

const machine = about(
  "What the load generator's machine did during the load, all of its processes together; absent if unknown",
  z.object({
    cores: z.number(),
    seconds: about('Time of the load', z.number()),
    busySeconds: about('Processor time that was used', z.number()),
    busyShare: about('Of cores × seconds', z.number()),
    generatorSeconds: about('Of busySeconds, what the load generator itself used', z.number()),
    stealSeconds: about('Processor time that the hypervisor gave to others', z.number()),
    othersSeconds: about(
      "Of busySeconds, what processes used that are not the case's; absent if unknown, as where the pods are on several nodes",
      z.number(),
    ).optional(),
  }),
).optional()

export const target = about(
  'What was loaded: kind, addresses and names, as they were resolved; absent in results of earlier versions',
  z.looseObject({ kind: z.string() }),
).optional()

const load = open({
  variant: z.string(),
  target,
  round: about('Counts from 1', z.int()),
  startedAt: dateTime,
  seconds: z.number(),
  engine: open({ name: z.string(), version: z.string() }),
  targetRate: perSecond('What was asked for; 0 is no limit'),
  achievedRate: perSecond('What was reached'),
  arrivals,
  ...due,
  connections: z.int(),
  sent: about('All requests, including those that only test a new connection', z.int()),
  outcomes: z.array(outcomeOfRequests),
  warnings: about("The first of the engine's own warnings, one of each kind", z.array(z.string())).optional(),
  generatorDelay: about(
    generatorDelay,
    z.object({
      p50: about('Null if there are too few requests to know it', z.number().nullable()),
      p99: about('Null if there are too few requests to know it', z.number().nullable()),
      max: z.number(),
    }),
  ).optional(),
  extraConnections: extraConnections.optional(),
  machine,
  usage: usageByApp,
  file: about("The engine's own output, relative to this file's folder", z.string()),
})

const percentile = z.object({
  percentile: about('50, 75, 90, 95, 99, 99.9', z.number()),
  value: about(
    'The percentile, in milliseconds; null if there are too few requests to know it: it needs so many that one lies beyond it with 95 % confidence',
    z.number().nullable(),
  ),
  bucket: about(
    'The bucket of the histogram in which the value is interpolated, in milliseconds; null without a value',
    z.object({ start: z.number(), end: z.number() }).nullable(),
  ),
})

const times = z.object({
  percentiles: z.array(percentile),
  mean: ms('The mean time of a request'),
  max: ms('The longest time of a request'),
})

const summary = times.extend({
  requests: about('Requests of all rounds', z.int()),
  targetRate: perSecond('What was asked for; 0 is no limit'),
  achievedRate: perSecond('What was reached: of the target rate, the share that was sent in time'),
  ...due,
  percentiles: about(
    'Of the service time, from sending a request to its response; failed requests are included',
    times.shape.percentiles,
  ),
  responseTime: about(
    'From when a request was due to its response, which includes how late it was sent, for whatever reason; absent without a target rate',
    times,
  ).optional(),
  generatorDelay: about(generatorDelay, times).optional(),
  outcomes: z.array(outcomeOfRequests),
  extraConnections: extraConnections.optional(),
  machine,
  warnings: about("The first of the engine's own warnings, of all rounds", z.array(z.string())),
  usage: usageByApp,
}) satisfies z.ZodType<Summary>

const interval = about(
  "The 95 % interval of the mean of the rounds' differences (Student's t); absent with a single round, or where a round doesn't know the figure",
  z.object({ low: z.number(), high: z.number() }),
).optional()

const difference = z.object({ baseline: z.number(), variant: z.number(), added: z.number(), interval })

const comparison = z.object({
  variant: z.string(),
  baseline: about('What it is compared with', z.string()),
  baselineHasSidecar: about(
    "Whether the baseline's requests go through a sidecar, too: then the difference is not what Dapr adds; absent in results of earlier versions",
    z.boolean(),
  ).optional(),
  method: about(
    'The difference of two percentiles is not itself a percentile: it can be negative, and no request was slower by exactly this much',
    z.literal('difference of percentiles'),
  ),
  percentiles: about(
    'In milliseconds; null where a percentile is not known',
    z.array(
      z.object({
        percentile: z.number(),
        baseline: z.number().nullable(),
        variant: z.number().nullable(),
        added: about(
          "The mean of the rounds' own differences; of all rounds together where one of them doesn't know the percentile",
          z.number().nullable(),
        ),
        interval,
      }),
    ),
  ),
  mean: about('In milliseconds', difference),
  meanPerEvent: about('In milliseconds, if a request publishes several events', difference).optional(),
}) satisfies z.ZodType<Comparison>

export const check = z.object({
  id: about('The same in all versions', z.string()),
  name: z.string(),
  passed: z.boolean(),
  detail: about('What was found, with its figures', z.string()),
  value: about(
    'What was found, as a number; null if it is not known, absent where it is none',
    z.number().nullable(),
  ).optional(),
  limit: about(
    'What the value is held against: at most or at least that, as the name says',
    z.number(),
  ).optional(),
  unit: about('Of value and limit', z.string()).optional(),
  ifNotMet: about(
    'The outcome of the case if it is not met, unless one before it is not met either; failed if absent',
    z.enum(['failed', 'not valid']),
  ).optional(),
}) satisfies z.ZodType<Check>

export const params = open({
  qps: perSecond('Target rate over all connections; 0 is no limit'),
  arrivals,
  connections: z.int(),
  duration: about('How long each variant is loaded, as a Go duration', z.string()),
  payload: z.string(),
  payloadSize: about('Bytes', z.int()),
})

/** What every result.json begins with. */
export const identity = {
  case: z.string(),
  description: z.string(),
  run: about("The run's name: that of its folder", z.string()),
  startedAt: dateTime,
  endedAt: dateTime,
}

export const warnings = about(
  'What makes the figures something else than what they seem to be, in words; absent if there is nothing',
  z.array(z.string()),
).optional()

export const schemaVersion = 3

/** result.json, the result of a case. It defines the types below and the JSON Schema. */
export const resultSchema = open({
  schemaVersion: z.literal(schemaVersion),
  ...identity,
  outcome: about(
    'passed: all checks passed; otherwise what the first check that is not met says: failed, or not valid, where the load was not what was asked for; error: the case could not be finished; interrupted: by the user',
    z.enum(['passed', 'failed', 'not valid', 'error', 'interrupted']) satisfies z.ZodType<Outcome>,
  ),
  error: about('The error message, if it could not be finished', z.string()).optional(),
  params,
  seed: about(
    'Of all that was drawn at random; absent in results of earlier versions',
    z.string(),
  ).optional(),
  environment: about(
    'What the figures depend on; absent if it ended before its apps ran',
    environment,
  ).optional(),
  warnings,
  loads: about('In the order in which they were made', z.array(load)),
  variants: about('Over all rounds; empty if it could not be finished', z.record(z.string(), summary)),
  comparisons: z.array(comparison),
  checks: z.array(check),
  budget: about(
    'Whether it was met; it affects the outcome only if enforced',
    check.extend({ enforced: z.boolean() }),
  ).optional(),
}).meta({ title: 'result.json of dapr-perf' })

export type Result = z.output<typeof resultSchema>
export type ResultLoad = z.output<typeof load>
