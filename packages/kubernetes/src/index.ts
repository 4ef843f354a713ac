export { admissionAdvice } from './admission.js'
export { type Cluster, connectToCluster } from './connect.js'
export {
  ignoreNotFound,
  isConflict,
  isMissingNamespace,
  isNotFound,
  isTransient,
  KubernetesError,
} from './errors.js'
export { appLabel, hasLabel, installed, managedBy, partLabel, runLabel, selector } from './labels.js'
export { LiveList } from './live-list.js'
export { permanentWaitingReasons } from './waiting-reasons.js'
