// What runs cases. Separate from what cases import: this starts processes and talks to clusters.

export { parseGoDuration as parseDuration } from '@dapr-perf/tester/go-duration'
export { type AbOptions, ab } from './ab/ab.js'
export { answersFrom, logRatiosOf } from './ab/answers.js'
export { differingCpu } from './ab/counted-cpu.js'
export {
  defaultGate,
  defaultMinEffect,
  type MetricName,
  metricNames,
  metrics,
  parseMetricName,
} from './ab/metrics.js'
export { readResources } from './ab/resource-files.js'
export { readConfigurationFile } from './ab/settings-files.js'
export type { AskedSide, SideSettings } from './ab/variant.js'
export { closedToApps, reopenedPercent } from './checks/connections.js'
export {
  leastShareOfRate,
  mostGeneratorDelayMs,
  mostLatePercent,
  mostReopenedPercent,
  muchByOthersShare,
  nearlySaturatedShare,
} from './checks/limits.js'
export { compareStored, type FigureChange, type StoredCase } from './compare-runs/compare-runs.js'
export { otherDifferences } from './compare-runs/other-differences.js'
export { variantDifferences } from './compare-runs/variant-differences.js'
export { testerName } from './description/apps.js'
export {
  type Params,
  paramRules,
  parseParam,
  readParamOverrides,
  usedParams,
} from './description/params.js'
export { flagProblem } from './description/sidecar-flags.js'
export type { Block } from './model/block.js'
export { type BlocksEvent, nameOfLoad, type ReportEvent, type RunEvent } from './model/event.js'
export type { AbOutcome } from './model/outcome.js'
export { liveRuns } from './process/run-record.js'
export { type AbResult, abResultSchema } from './results/ab-schema.js'
export { writeResultsFile } from './results/files.js'
export { readResultFile } from './results/read-result.js'
export { runSchema } from './results/run-file.js'
export { type Result, resultSchema } from './results/schema.js'
export { chooseComponents, parseStateStoreKind, type StateStoreKind } from './runner/components.js'
export {
  type CaseFolder,
  casesOfFolder,
  type FoundCase,
  findCases,
  type LoadedCase,
  loadCase,
} from './runner/find-cases.js'
export {
  cleanPlatform,
  loadPlatform,
  type PlatformName,
  parsePlatformName,
  platformNames,
} from './runner/platforms.js'
export type { CaseEnd, CaseResult, Reporter, RunInfo } from './runner/reporter.js'
export { type RunOptions, run } from './runner/run.js'
export { evaluate } from './statistics/evaluate.js'
export { type GateOutcome, gateOutcome, mayStop } from './statistics/gate.js'
export { type LookPlan, leastBlocks, planLooks } from './statistics/looks.js'
export { extraConnectionsOf } from './statistics/summary.js'
export { type CaseOfRun, readRun, type StoredRun } from './stored/read-run.js'
