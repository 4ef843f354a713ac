// Provides daprd, and prints its path: see "Where daprd comes from" in the README.
import { locateDaprd } from '@dapr-perf/dapr'

const started = performance.now()
const say = (what) =>
  console.error(`daprd: ${what} … ${((performance.now() - started) / 1000).toFixed(0)} s so far`)
const repeating = setInterval(say, 10_000, 'still being downloaded or built')
const { path } = await locateDaprd({ report: (line) => console.error(line) })
clearInterval(repeating)
console.log(path)
