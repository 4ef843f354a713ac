// Apart from the rest: the Kubernetes client takes half a second to load.
export { cleanCluster, deleteTestNamespace } from './clean.js'
export { setupTestComponents } from './components.js'
export { setupAppConfigurations, setupDisableMtls } from './configurations.js'
export { type DeployOptions, deployDapr, uninstallDapr } from './dapr-release.js'
export { createNamespace } from './namespaces.js'
export { setupThirdParty, type ThirdParty, thirdParties } from './third-party.js'
