const goNames: Record<string, string> = { win32: 'windows', x64: 'amd64', ia32: '386' }

/** This machine's GOOS and GOARCH, which are also in the names of Dapr's release files. */
export const machine = {
  os: goNames[process.platform] ?? process.platform,
  arch: goNames[process.arch] ?? process.arch,
}

/** The platform that programs are built for, as GOOS and GOARCH. */
export interface Target {
  os: string
  arch: string
}

/** Whether a target is this machine's own platform. */
export const isThisMachine = ({ os, arch }: Target) => os === machine.os && arch === machine.arch
