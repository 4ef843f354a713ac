import { defineConfig } from 'tsup'
import { nodeModule } from '../../tsup.shared.js'

export default defineConfig({ ...nodeModule, entry: ['src/main.ts'] })
