export { type CleanedCache, cleanCache } from './cache/clean.js'
export { type Daprd, locateDaprd } from './locate/locate.js'
export { isThisMachine, machine, type Target } from './machine.js'
export { MachineError } from './machine-error.js'
export type { LocateDaprdOptions } from './options.js'
export { daprGoModule, daprVersion } from './pinned.js'
export { type DaprProgram, daprPrograms } from './program-names.js'
export {
  type BuildOptions,
  buildPrograms,
  daprCheckout,
  describeSources,
} from './programs.js'
export { resolveSides, type Sides } from './side/resolve.js'
export { BuildError, type GivenSide, type Side } from './side/side.js'
