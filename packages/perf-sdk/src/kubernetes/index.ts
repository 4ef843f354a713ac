// Apart from the rest: the Kubernetes client takes half a second to load, and one machine doesn't need it.
export { checkRights } from '../platforms/kubernetes/rights.js'
export { type Cluster, connectToCluster } from './cluster.js'
export { ignoreNotFound, isConflict, isNotFound, isTransient, KubernetesError } from './errors.js'
export { appLabel, managedBy, runLabel, selector } from './labels.js'
export { LiveList } from './live-list.js'
export { type KubernetesSettings, readKubernetesSettings, testImage } from './settings.js'
