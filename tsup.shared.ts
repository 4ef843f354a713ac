import { defineConfig, type Options } from 'tsup'

/**
 * The build of a package that other packages import: ES modules, with their types.
 *
 * @param entry source files, by the names of their modules
 */
export const library = (entry: Record<string, string>, more: Options = {}) =>
  defineConfig({ entry, format: 'esm', target: 'node20', dts: true, sourcemap: true, clean: true, ...more })
