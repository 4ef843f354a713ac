// Provides daprd, and prints its path: see "Where daprd comes from" in the README.
import { locateDaprd } from '@dapr-perf/dapr'

const { path } = await locateDaprd({ report: (line) => console.error(line) })
console.log(path)
