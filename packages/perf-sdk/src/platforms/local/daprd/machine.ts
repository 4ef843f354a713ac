const goNames: Record<string, string> = { win32: 'windows', x64: 'amd64', ia32: '386' }

/** This machine, as Go and Dapr's releases call it. */
export const machine = {
  os: goNames[process.platform] ?? process.platform,
  arch: goNames[process.arch] ?? process.arch,
}
