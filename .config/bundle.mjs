// Builds dist/: what the package exports and runs, with its dependencies but node-gyp-build bundled in, the licences of
// what was bundled, and the headers that a user needs to compile the addon. With --declarations, adds the declarations to
// that: they take the compiler seconds, and only the package needs them.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as esbuild from 'esbuild'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
process.chdir(root)
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const external = Object.keys(manifest.dependencies)

/** The source of a file in dist/. */
const source = (path) => path.replace(/^(\.\/)?dist\//, 'lib/').replace(/\.js$/, '.ts')

const exported = Object.values(manifest.exports).flatMap((entry) => (entry.default ? [source(entry.default)] : []))
const commands = [...Object.values(manifest.bin).map(source), 'lib/cli/quickstart.ts']
const present = (paths) => paths.filter((path) => existsSync(path))

if (process.argv.includes('--declarations')) {
  await writeDeclarations(present(exported))
} else {
  rmSync('dist', { recursive: true, force: true })
  mkdirSync('dist')
  writeLicences([...(await bundle([...present(exported), ...present(commands)])), ...copyHeaders()])
}

/** @returns the folders of the packages that went into the bundle */
async function bundle(entryPoints) {
  const result = await esbuild.build({
    entryPoints,
    outbase: 'lib',
    outdir: 'dist',
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    tsconfig: '.config/tsconfig.json',
    external,
    metafile: true,
    write: false,
    logLevel: 'warning',
  })
  for (const { path, text } of result.outputFiles) {
    mkdirSync(dirname(path), { recursive: true })
    // CommonJS packages that ask for Node's own modules need `require`, which an ES module does not have.
    const needsRequire = text.includes('Dynamic require of "')
    const shim =
      "import { createRequire as createRequireOfNode } from 'node:module'\nconst require = createRequireOfNode(import.meta.url)\n"
    const hashbang = text.startsWith('#!') ? text.slice(0, text.indexOf('\n') + 1) : ''
    writeFileSync(path, needsRequire ? hashbang + shim + text.slice(hashbang.length) : text, {
      mode: hashbang ? 0o755 : 0o644,
    })
  }
  const folders = Object.keys(result.metafile.inputs).flatMap((input) => {
    const match = input.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)
    return match ? [match[0]] : []
  })
  return [...new Set(folders)].sort()
}

function writeLicences(folders) {
  const texts = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    if (license === undefined && files.length === 0) throw new Error(`${name} is bundled but has no licence`)
    const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n')
    return `${name} ${version} (${license ?? 'see below'})\n\n${text}\n`
  })
  const heading = 'This package contains code of these, under these licences.\n'
  texts.push(readFileSync('native/static/LICENSES.txt', 'utf8'))
  writeFileSync('dist/THIRD_PARTY_LICENSES.txt', [heading, ...texts].join(`\n${'-'.repeat(80)}\n\n`))
}

async function writeDeclarations(entryPoints) {
  const { default: ts } = await import('typescript')
  const { config } = ts.readConfigFile('.config/tsconfig.json', ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const program = ts.createProgram(entryPoints, {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: 'lib',
    outDir: 'dist',
  })
  const written = []
  const emitted = program.emit(undefined, (path, text) => {
    // The compiler leaves the sources' endings in declarations, and lib/ is not in the package.
    const portable = text.replace(/((?:from|import\()\s*['"]\.[^'"\n]*)\.ts(['"])/g, '$1.js$2')
    written.push([path, portable])
    ts.sys.writeFile(path, portable)
  })
  const diagnostics = [...program.getOptionsDiagnostics(), ...program.getSyntacticDiagnostics(), ...emitted.diagnostics]
  if (diagnostics.length > 0) {
    const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => '\n' }
    console.error(ts.formatDiagnostics(diagnostics, host))
    process.exit(1)
  }
  // Bundled packages are not installed with ours: their types must not show in it.
  for (const [path, text] of written) {
    for (const { fileName } of ts.preProcessFile(text).importedFiles) {
      if (!fileName.startsWith('.') && !fileName.startsWith('node:')) {
        throw new Error(
          `${relative(root, path)} names the types of ${fileName}, which users of the package do not have`,
        )
      }
    }
  }
}

/**
 * So that `npx cmake-js compile` works on the installed package, where the packages of these headers are not.
 *
 * @returns the folders of these packages
 */
function copyHeaders() {
  const require = createRequire(import.meta.url)
  const { include_dir: nodeApi } = require('node-api-headers')
  const addonApi = dirname(require.resolve('node-addon-api/package.json'))
  mkdirSync(join('dist', 'include'), { recursive: true })
  for (const file of readdirSync(nodeApi)) cpSync(join(nodeApi, file), join('dist', 'include', file))
  for (const file of ['napi.h', 'napi-inl.h']) cpSync(join(addonApi, file), join('dist', 'include', file))
  return ['node_modules/node-addon-api', 'node_modules/node-api-headers']
}
