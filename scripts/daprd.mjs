// Gets daprd ready: see "Where daprd comes from" in the README.
import { locateDaprd } from 'perf-sdk'

await locateDaprd({ report: (line) => console.error(line) })
