// What the cluster commands need of the platform. Separate from the runner: the Kubernetes client takes half a second to load.
export { removeDeadRuns } from './platforms/kubernetes/ownership/removal.js'
export { checkRights } from './platforms/kubernetes/ownership/rights.js'
