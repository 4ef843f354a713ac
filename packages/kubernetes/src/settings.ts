// A separate entry, because loading the Kubernetes client takes half a second.
export {
  daprImage,
  type KubernetesSettings,
  readKubernetesSettings,
  resourceVariables,
  testImage,
} from './read-settings.js'
export { findInRegistry, isOnThisMachine, type Presence } from './registry.js'
