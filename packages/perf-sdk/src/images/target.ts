import { InputError } from '../errors.js'
import type { KubernetesSettings } from '../kubernetes/settings.js'
import { machine } from '../platforms/local/daprd/machine.js'

/** What images are built for, in Go's names. */
export interface Target {
  os: string
  arch: string
}

/** TARGET_OS and TARGET_ARCH. @throws InputError where no images are made for these */
export function imageTarget({ targetOs, targetArch }: KubernetesSettings): Target {
  if (targetOs !== 'linux') throw new InputError(`TARGET_OS=${targetOs}: images are made for linux alone`)
  if (!['amd64', 'arm64'].includes(targetArch)) {
    throw new InputError(`TARGET_ARCH=${targetArch}: images are made for amd64 and arm64`)
  }
  return { os: targetOs, arch: targetArch }
}

/** Whether what is made for a target runs on this machine as it is. */
export const isThisMachine = ({ os, arch }: Target) => os === machine.os && arch === machine.arch
