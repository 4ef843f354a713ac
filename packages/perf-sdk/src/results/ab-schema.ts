import { z } from 'zod'
import { arrivalKinds } from '../description/arrivals.js'
import type { AbPlan, Block } from '../model/block.js'
import type { AbOutcome } from '../model/outcome.js'
import { cpuSources } from '../model/usage.js'
import {
  about,
  dateTime,
  environment,
  identity,
  outcomeOfRequests,
  params,
  target,
  warnings,
} from './schema.js'

const ms = (text: string) => about(`${text}, in milliseconds`, z.number())
const milliseconds = ms('A percentile')

/** What one variant did in a block. */
const variantOfBlock = z.object({
  requests: z.int(),
  achievedRate: about('In requests per second', z.number()),
  outcomes: z.array(outcomeOfRequests),
  mean: ms('The mean service time, from sending a request to its response'),
  p50: milliseconds.nullable(),
  p90: milliseconds.nullable(),
  p99: milliseconds.nullable(),
  meanResponseTime: ms('From when a request was due to its response').optional(),
  due: about('Requests that were due, with a target rate', z.int()).optional(),
  sentInTime: about('Of these, how many were sent by the planned end of the load', z.int()).optional(),
  latePercent: about(
    "Of the requests that were sent, those for which all of the variant's connections were busy for more than 1 ms after they were due, in percent",
    z.number(),
  ).optional(),
  generatorDelayP99Ms: about(
    'The 99th percentile of how late the load generator itself was, from when a request was due and a connection free to sending it, in milliseconds; absent if there were too few requests',
    z.number(),
  ).optional(),
  cpuSeconds: about(
    'CPU time of all its sidecars, with the processes that they started on the platform local',
    z.number(),
  ),
  ownCpuSeconds: about(
    "CPU time of all its sidecars by daprd's own metric process_cpu_seconds_total; absent where that is cpuSeconds itself, or not known",
    z.number(),
  ).optional(),
  allocations: about("Objects that its sidecars allocated on Go's heap", z.number()).optional(),
  allocatedBytes: about("Bytes that its sidecars allocated on Go's heap", z.number()).optional(),
  anonymousBytes: about('Anonymous memory of its sidecars after the load, in bytes', z.number()).optional(),
  involuntarySwitches: about(
    "How often the kernel took the processor away from one of its sidecars' threads that could have run on",
    z.number(),
  ).optional(),
})

const variantName = z.enum(['a', 'b'])

export const block = z.object({
  startedAt: dateTime,
  seconds: about('Of the whole block: start, warm-up, load, and the end of the sidecars', z.number()),
  startedFirst: about('Whose sidecars were started first', variantName),
  loadedFirst: about('Who had the first slice of the load', variantName),
  slices: about(
    "The load was split into so many, each of which was one variant alone; absent where a case's own test function made one for each",
    z.int(),
  ).optional(),
  sliceSeconds: z.number().optional(),
  stealPercent: about(
    'Of the load, how much of the processors the hypervisor gave to others; absent if unknown',
    z.number(),
  ).optional(),
  machine: about(
    "What the load generator's machine did during the load; absent where it can't be read, and where a case's own test function made the loads",
    z.object({
      cores: z.int(),
      seconds: about('Time of the load', z.number()),
      busySeconds: about('Processor time of all processes', z.number()),
      busyShare: about('Of cores × seconds', z.number()),
      othersSeconds: about(
        "Of that, what neither the load generator and the apps that both variants share used, nor the variants' sidecars: other programs, and apps that a variant runs for itself. Absent on Kubernetes",
        z.number(),
      ).optional(),
    }),
  ).optional(),
  loadAverage: about('Over 1 minute, before the block; absent on Kubernetes', z.number()).optional(),
  cpuSource: about(
    'Where CPU times come from: schedstat counts nanoseconds for each thread, and hundredths of a second for what has ended; stat hundredths of a second (both proc(5)); ps the same, without the processes that a sidecar starts; process_cpu_seconds_total is a metric of daprd, in hundredths of a second. The others are those of runs',
    z.enum(cpuSources),
  ),
  interference: about(
    'What may have disturbed it, in words; such blocks count like all others',
    z.array(z.string()),
  ),
  variants: z.object({ a: variantOfBlock, b: variantOfBlock }),
}) satisfies z.ZodType<Block>

const side = z.object({
  text: about('What was asked for', z.string()),
  path: z.string().optional(),
  version: about('What it says itself', z.string()).optional(),
  source: about('Where it was found', z.string()),
  image: about('The reference of its image, on Kubernetes', z.string()).optional(),
  imageID: about('What the nodes ran, usually with its digest', z.string()).optional(),
  commit: z.string().optional(),
  dirty: about('Whether the checkout differed from its commit', z.boolean()).optional(),
  workspace: about('The path of the go.work that it was built with', z.string()).optional(),
  vendor: about('Whether it was built with dependencies from a vendor folder', z.boolean()).optional(),
  localModules: about(
    'Modules that it was built with as they stood in folders outside of the checkout, by its workspace or by a replace line',
    z.array(
      z.object({
        path: about('Its name', z.string()),
        folder: z.string(),
        commit: z.string().optional(),
        dirty: about('Whether the folder differed from its commit', z.boolean()).optional(),
      }),
    ),
  ).optional(),
  sha256: z.string().optional(),
  goVersion: z.string().optional(),
  configuration: about(
    "What was merged over the Configuration of the case's sidecars, with secrets masked",
    z.record(z.string(), z.unknown()),
  ).optional(),
  env: about(
    "Environment variables of its sidecars besides the case's, with secrets masked",
    z.record(z.string(), z.string()),
  ).optional(),
  args: about(
    "Flags of its sidecars besides the case's, with secrets masked; absent if there are none",
    z.record(z.string(), z.string()),
  ).optional(),
  components: about(
    'Names of components that replace those of the case, or are added',
    z.array(z.string()),
  ).optional(),
  resources: about(
    'What its sidecars were given besides components: kinds and names; environment.dapr.resources has all of them',
    z.array(z.string()),
  ).optional(),
  target,
  environment: about('What its figures depend on; absent if it ended before it ran', environment).optional(),
})

const plan = z.object({
  maxSeconds: about('How long it may measure', z.number()).optional(),
  blockSeconds: about('How long the trial block took', z.number()),
  blocks: about('How many blocks fit', z.int()),
  alpha: about('The probability of a false alarm, shared by the metrics of the gate', z.number()),
  gate: about('The metrics that decide', z.array(z.string())),
  minEffect: about('The least change that matters, by metric; 0.02 is 2 %', z.record(z.string(), z.number())),
}) satisfies z.ZodType<AbPlan>

const answer = z.object({
  look: z.object({ blocks: z.int(), spentAlpha: z.number(), bound: z.number() }),
  standardDeviation: about("Of the blocks' log ratios", z.number()),
  standardError: about('Of their mean', z.number()),
  change: about(
    'From A to B; 0.02 is 2 % more. With the interval, and with the smallest increase that 19 of 20 such runs find',
    z.object({
      estimate: z.number(),
      interval: z.object({ low: z.number(), high: z.number() }),
      minimumDetectable: z.number(),
    }),
  ),
  minEffect: z.number(),
  verdict: z.enum([
    'slower',
    'slower, by less than X',
    'faster',
    'faster, by less than X',
    'no difference of X or more',
    "can't tell",
  ]),
  decided: z.boolean(),
})

export const abSchemaVersion = 1

/** result.json of a comparison of two variants of Dapr for one case; `kind` tells it from that of a run. */
export const abResultSchema = z
  .object({
    kind: z.literal('ab'),
    schemaVersion: z.literal(abSchemaVersion),
    ...identity,
    outcome: about(
      "slower: a metric of the gate is slower, and its interval reaches the least change that matters; can't tell: there is one of which it can't be told, and none is slower; not slower: all else; error: it could not be finished; interrupted: by the user",
      z.enum(['slower', "can't tell", 'not slower', 'error', 'interrupted']) satisfies z.ZodType<AbOutcome>,
    ),
    error: z.string().optional(),
    params: params.omit({ arrivals: true }).partial({ duration: true }),
    arrivals: about(
      'When the requests were due; absent without a target rate',
      z.enum(arrivalKinds),
    ).optional(),
    seed: about('Of the random orders, and of the moments of arrivals that are drawn', z.string()),
    sides: z.object({ a: side, b: side }),
    differences: about('What differs between the sides besides their sources, in words', z.array(z.string())),
    warnings,
    environment: about('That of A, in results of earlier versions', environment).optional(),
    plan: plan.optional(),
    trial: about('It tells how long a block takes, and does not count', block).optional(),
    blocks: z.array(block),
    end: about(
      'Why it ended: all metrics of the gate were decided, all blocks were measured, time was over, or it was interrupted',
      z.enum(['decided', 'blocks', 'time', 'interrupted', 'error']),
    ).optional(),
    answers: about('Of the last look, by metric; empty before the first', z.record(z.string(), answer)),
  })
  .meta({ title: 'result.json of dapr-perf ab' })

export type AbResult = z.output<typeof abResultSchema>
