import { defineConfig } from 'tsup'

export default defineConfig({
  entry: ['src/main.ts'],
  format: 'cjs',
  target: 'node20',
  noExternal: [/./],
  sourcemap: true,
  clean: true,
})
