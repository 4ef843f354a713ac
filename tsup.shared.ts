import { defineConfig, type Options } from 'tsup'

// Node reads one file several times faster than the hundreds of a library. Of tsx it must be the files themselves.
export const libraries = [/^(?!@dapr-perf\/|perf-sdk($|\/)|tsx($|\/))/]
// Libraries that are no ES modules call it. Modules may themselves import a createRequire.
const requireFunction = `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`

/** An ES module of Node with the libraries that it uses, but without the other packages of this repository. */
export const nodeModule: Options = {
  format: 'esm',
  target: 'node20',
  noExternal: libraries,
  banner: { js: requireFunction },
  sourcemap: true,
  clean: true,
}

/**
 * The modules of a package that other packages import. Their types are written by tsc, which is many times faster than tsup.
 *
 * @param entry source files, by the names of their modules
 */
export const library = (entry: Record<string, string>, more: Options = {}) =>
  defineConfig({ ...nodeModule, entry, ...more })
