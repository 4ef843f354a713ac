export { testapp, tester } from './cases/apps.js'
export { type CaseFolder, type FoundCase, findCases, loadCase } from './cases/find-cases.js'
export type { Budget, Check } from './compare/checks.js'
export { type ComparedMeasurement, type Comparison, compare, type Difference } from './compare/compare.js'
export type { Summary } from './compare/summary.js'
export { AppDiedError, DaprPerfError, InputError, InterruptedError } from './errors.js'
export { findImageBuilder } from './images/builder.js'
export { buildDapr, buildDaprImages, pushDaprImages } from './images/dapr.js'
export { buildPerfApps, type ImageTask, perfAppNames, pushPerfApps } from './images/perf-apps.js'
export { findInRegistry } from './images/registry.js'
export { type KubernetesSettings, readKubernetesSettings, testImage } from './kubernetes/settings.js'
export type { Target } from './measure/load.js'
export { type Measurement, measure, type Round, type Side } from './measure/measure.js'
export type { Percentile } from './measure/percentile.js'
export { type ParamOptions, Params, parseParam } from './params.js'
export {
  createPlatform,
  type PlatformName,
  parsePlatformName,
  platformNames,
  removeLeftovers,
} from './platforms/create-platform.js'
export type { AppDescription, ComponentDescription } from './platforms/descriptions.js'
export { locateDaprd } from './platforms/local/daprd/locate.js'
export { daprGoModule, daprVersion } from './platforms/local/daprd/pinned.js'
export { fortioFolder } from './platforms/local/programs.js'
export type { Environment, Platform, Usage, UsageByApp } from './platforms/platform.js'
export { makeResultsFolder, newRunId, pointLatestTo, writeResultsFile } from './results/files.js'
export type { Result } from './results/result.js'
export type { Progress, ReportProgress } from './runner/progress.js'
export type { TestContext } from './runner/test-context.js'
export { type RunOptions, type TestDescription, TestRunner } from './runner/test-runner.js'
export { checkSidecarCount, type Metric } from './sidecar/metrics.js'
export { checkBulkPublish, checkPublish } from './sidecar/publish.js'
export { sidecarRequest } from './sidecar/request.js'
export {
  checkStateAnswers,
  parseStateStoreKind,
  type StateStore,
  type StateStoreKind,
} from './sidecar/state-store.js'
