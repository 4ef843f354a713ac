import type { Platform } from '../platform.js'
import { KubernetesSession } from './kubernetes-session.js'

/** The cluster that kubectl uses: each app is a Deployment, and Dapr's injector adds its sidecar. */
export const kubernetesPlatform: Platform = { name: 'kubernetes', open: KubernetesSession.open }
