// A separate entry: images need no cluster, and loading the Kubernetes client takes half a second.
export { findImageBuilder } from './builder.js'
export { buildDapr, buildDaprImages, pushDaprImages, pushSide } from './dapr.js'
export { buildPerfApps, type ImageTask, perfAppNames, pushPerfApps } from './perf-apps.js'
