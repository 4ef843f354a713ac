import type { Platform } from '../platform.js'
import { LocalSession } from './local-session.js'

/** This machine's loopback: each app and each sidecar is a process. */
export const localPlatform: Platform = { name: 'local', open: LocalSession.open }
