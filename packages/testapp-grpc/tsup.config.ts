import { protoPath } from 'grpc-health-check'
import protobuf from 'protobufjs'
import { defineConfig, type Options } from 'tsup'

/** grpc-health-check reads its .proto file when it is loaded: the bundle carries what it would read there. */
const embeddedHealthProto: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'embedded health.proto',
  setup(build) {
    build.onResolve({ filter: /^@grpc\/proto-loader$/ }, ({ importer }) =>
      importer.includes('/grpc-health-check/') ? { path: 'loader', namespace: 'health.proto' } : undefined,
    )
    build.onLoad({ filter: /^loader$/, namespace: 'health.proto' }, () => ({
      contents: `
        import { fromJSON } from '@grpc/proto-loader'
        export const loadSync = (_file, options) => fromJSON(${JSON.stringify(protobuf.loadSync(protoPath))}, options)`,
      resolveDir: import.meta.dirname,
    }))
  },
}

export default defineConfig({
  entry: ['src/main.ts'],
  format: 'cjs',
  target: 'node20',
  noExternal: [/./],
  esbuildPlugins: [embeddedHealthProto],
  sourcemap: true,
  clean: true,
})
