import { delimiter } from 'node:path'
import { fileURLToPath } from 'node:url'
import { testsOf } from '../../vitest.shared.js'

const fortioFolder = fileURLToPath(new URL('../fortio-image/bin', import.meta.url))

export default testsOf('tester', { env: { PATH: `${fortioFolder}${delimiter}${process.env.PATH}` } })
