export {
  type BuildOptions,
  buildPrograms,
  type DaprProgram,
  daprCheckout,
  daprPrograms,
  describeSources,
} from './build/programs.js'
export { type Daprd, locateDaprd } from './locate/locate.js'
export type { LocateDaprdOptions } from './locate/options.js'
export { isThisMachine, machine, type Target } from './machine.js'
export { daprGoModule, daprVersion } from './pinned.js'
