// Provides daprd, and prints its path: see "Where daprd comes from" in the README.
import { locateDaprd } from '@dapr-perf/dapr'
import { reported } from './reported.mjs'

const report = (line) => console.error(line)
const { path } = await reported('looking for daprd', () => locateDaprd({ report }))
console.log(path)
