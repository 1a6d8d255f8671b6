import { existsSync, readFileSync } from 'node:fs'

// What the package exports is what has to be documented: a new subpath is one line in package.json.
const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const sources = Object.values(exports).flatMap(({ default: file }) => {
  return file === undefined ? [] : [file.replace(/^\.\/dist\//, '../lib/').replace(/\.js$/, '.ts')]
})

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  entryPoints: sources.filter((path) => existsSync(new URL(path, import.meta.url))),
  tsconfig: '../lib/tsconfig.json',
  out: '../build/docs',
  readme: 'none',
  excludePrivate: true,
  excludeInternal: true,
  treatWarningsAsErrors: true,
  validation: { notExported: true, invalidLink: true, invalidPath: true, notDocumented: true },
  requiredToBeDocumented: ['Class', 'Function', 'Interface', 'TypeAlias', 'Variable', 'Method', 'Accessor'],
  intentionallyNotExported: ['Layout'],
}
