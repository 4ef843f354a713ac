import type { VariantPlatform } from '../variants.js'
import { LocalSession } from './local-session.js'

/** This machine's loopback: each app and each sidecar is a process. */
export const localPlatform: VariantPlatform = {
  name: 'local',
  open: LocalSession.open,
  openForVariants: LocalSession.openForVariants,
}
