export { createAgent } from './agent.js'
export { proxyFor } from './proxy-for.js'
