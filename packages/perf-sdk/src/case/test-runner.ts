import { InputError } from '@dapr-perf/errors'
import { z } from 'zod'
import type { ComparedMeasurement } from '../compare/compare.js'
import { type AppDescription, appDescription } from '../description/app.js'
import { checkNames } from '../description/check-names.js'
import { type ComponentDescription, componentDescription } from '../description/component.js'
import { type Configuration, configurationDescription } from '../description/configuration.js'
import { checkParams, type ParamOptions } from '../description/params.js'
import type { Target } from '../description/target.js'
import type { Check } from '../model/check.js'
import type { Measurement } from '../model/measurement.js'
import type { TestContext } from './test-context.js'

/** The most that Dapr may add, in milliseconds at a percentile. */
export interface Budget {
  /** Any between 0 and 100, for example 95 or 99.5. */
  percentile: number
  addedMs: number
}

interface CommonDescription {
  /** What it measures, in one line. */
  description: string
  components?: ComponentDescription[]
  /** The `spec` of the sidecars' Configuration, merged over the default. */
  configuration?: Configuration
  /** Apps that have to be ready before the others start. */
  initApps?: AppDescription[]
  apps: AppDescription[]
  params?: ParamOptions
  /** The most that Dapr may add. It depends on the machine, so it affects the outcome only with --enforce-budget. */
  budget?: Budget
  /** Called once the apps and their sidecars are ready, before the first load, for example to save a key. */
  prepare?(test: TestContext): Promise<unknown>
}

/** A fixed-rate case: two targets that are loaded in turn and compared. */
export interface FixedRateDescription extends CommonDescription {
  /** What each variant's loads go to: Dapr's is compared with the baseline's. */
  targets: { baseline: Target; dapr: Target }
  /** Checks that the loads did what they should. */
  verify?(test: TestContext, measurement: Measurement): Promise<Check[]> | Check[]
}

/** A case with its own test function. */
export interface CustomDescription extends CommonDescription {
  test(test: TestContext): Promise<ComparedMeasurement>
}

export type TestDescription = FixedRateDescription | CustomDescription

const aFunction = <T>() => z.custom<T>((value) => typeof value === 'function', 'expected a function')

const description = z.strictObject({
  description: z.string().min(1),
  components: z.array(componentDescription).default([]),
  configuration: configurationDescription.default({}),
  initApps: z.array(appDescription).default([]),
  apps: z.array(appDescription).min(1),
  params: z
    .custom<ParamOptions>((value) => typeof value === 'object' && value !== null, 'expected parameters')
    .default({}),
  budget: z.strictObject({ percentile: z.number().gt(0).lt(100), addedMs: z.number() }).optional(),
  targets: z
    .strictObject({ baseline: z.custom<Target>(), dapr: z.custom<Target>() })
    .refine(
      (targets) => Object.values(targets).every((target) => typeof target?.kind === 'string'),
      'expected targets such as target.invoke(…), not addresses',
    )
    .optional(),
  prepare: aFunction<NonNullable<CommonDescription['prepare']>>().optional(),
  verify: aFunction<NonNullable<FixedRateDescription['verify']>>().optional(),
  test: aFunction<CustomDescription['test']>().optional(),
})

/** A case with every default filled in. */
export type Case = z.output<typeof description>

/** Marks a case, also across copies of this package. */
const mark = Symbol.for('dapr-perf.case')

/** A case: what it needs and what it loads, as data that can be listed without running it. */
export class TestRunner {
  readonly case: Case

  /** @throws InputError that names each invalid field */
  constructor(testDescription: TestDescription) {
    const { data, error } = description.safeParse(testDescription)
    const problems = error ? [z.prettifyError(error)] : problemsOf(data)
    if (!data || problems.length > 0) throw new InputError(`invalid case:\n${problems.join('\n')}`)
    this.case = data
  }

  get [mark](): Case {
    return this.case
  }
}

/** The value as a case, made by this copy of the package or another one; undefined if it is none. */
export function caseOf(value: unknown): Case | undefined {
  return (value as { [mark]?: Case } | undefined)?.[mark]
}

/** Problems between fields, which the schema can't express. */
function problemsOf(data: Case): string[] {
  const problems = checkParams(data.params)
  if (!data.targets && !data.test)
    problems.push('targets: is missing. A case has targets, or its own function test(test) { … }')
  if (data.targets && data.test)
    problems.push('test: a case has either targets or its own test function, not both')
  if (data.verify && data.test)
    problems.push('verify: only for cases with targets; a test function returns its checks itself')
  const names = [...data.initApps, ...data.apps].map(({ appName }) => appName)
  for (const name of new Set(names.filter((one, index) => names.indexOf(one) !== index)))
    problems.push(`apps: there are two apps named ${name}`)
  problems.push(...checkNames(data))
  return problems
}
