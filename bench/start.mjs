// Bundles the TypeScript of bench/ against the built package, as a user would import it, and runs main.ts, or
// recommender.ts where that is the first argument.
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as esbuild from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
process.chdir(root)
const outdir = join('build', 'bench') // inside the package, where `import 'lowrank'` finds it
await esbuild.build({
  entryPoints: ['bench/main.ts', 'bench/recommender.ts', 'bench/side.ts', 'bench/probe.ts'],
  outdir,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  tsconfigRaw: {}, // not the one whose paths lead to the sources
  logLevel: 'warning',
})
const program = process.argv[2] === 'recommender' ? process.argv.splice(2, 1)[0] : 'main'
await import(pathToFileURL(join(root, outdir, `${program}.mjs`)).href)
