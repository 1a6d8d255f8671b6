// npm run test:perturb [-- KERNEL…]: tests must be able to fail. Runs the tests of lib/linalg and lib/als once to learn
// which kernels each file calls; then, for each kernel, those files again with its results shifted by 10⁵ ε. Every one
// of them must fail, but for those that only make their inputs with it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const real = process.env.LOWRANK_ADDON_PATH ?? join(root, 'build', 'Release', 'lowrank.node')
const folder = mkdtempSync(join(tmpdir(), 'lowrank-perturb-'))
const calls = join(folder, 'calls')

/**
 * Where answers are tested. Elsewhere it is the boundary, files and words: kernels are there to have something to do.
 */
const folders = ['test/linalg', 'test/als']

/**
 * Kernels that cannot be perturbed here: what the first returns decides only how far an iteration goes, no answer moves
 * with its last digits; the others change nothing but native data.
 */
const decisions = ['krylovRitz', 'krylovRestart', 'alsWrite', 'alsCombine']

/** A kernel and the test files that call it for something else than the answers they check. */
const inputsOnly = {
  scale: ['truncatedSVDSpectra'], // a multiple of its input
  // Orthonormal columns to make their inputs from, or factors balanced between sweeps, which go on from there.
  qr: ['truncatedSVD', 'truncatedSVDSpectra', 'truncatedSVDCalls', 'lstsqRank', 'factorize'],
  alsDot: ['completeALS'], // for a direction, of which any will do
  topItems: ['implicitALS', 'evaluate', 'modelFile'], // recommendations, of which only the groups, or the order, are looked at
  // That what was tampered with is refused, and that fits at two scales are alike.
  alsRead: ['tampered', 'ratingScale'],
  alsSolve: ['tampered', 'ratingScale'],
  truncatedResidual: ['factorizeALS'], // of fits without error: rounding
  alsRows: ['modelFile', 'model', 'evaluate'], // that a model answers alike after it was saved, refuses, and takes part in a race
  logDeterminant: ['det'], // that both refuse the same
  svd: ['hadamardALS'], // of a start
  truncatedFinish: ['hadamardALS'], // likewise
  truncatedScan: ['hadamardALS', 'khatriRaoALS'], // the size of a start
  // Steps that go on until the triplets are right.
  krylovStep: ['hadamardALS', 'khatriRaoALS', 'kroneckerALS', 'truncatedSVDSpectra', 'truncatedSVDCalls'],
  kron: ['kroneckerALS'], // to make its input
  elementwise: ['kroneckerALS'], // differences, of which only the size is looked at
  norm: ['hadamardALS', 'khatriRaoALS'], // likewise
}

async function vitest(files, environment, report) {
  const args = [
    'run',
    '--config',
    join('test', 'perturbation', 'vitest.config.ts'),
    '--reporter=json',
    `--outputFile=${report}`,
  ]
  const child = spawn(process.execPath, [join('node_modules', 'vitest', 'vitest.mjs'), ...args, ...files], {
    cwd: root,
    stdio: 'ignore',
    env: {
      ...process.env,
      LOWRANK_ADDON_PATH: join(root, 'test', 'perturbation', 'addon.cjs'),
      LOWRANK_REAL_ADDON: real,
      ...environment,
    },
  })
  const [status] = await once(child, 'exit')
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  return {
    status,
    failed: new Set(testResults.filter((file) => file.status === 'failed').map((file) => relative(root, file.name))),
  }
}

try {
  const plain = await vitest(folders, { LOWRANK_CALLS: calls }, join(folder, 'plain.json'))
  if (plain.status !== 0)
    throw new Error(`the tests fail before anything is perturbed: ${[...plain.failed].join(', ')}`)
  const callers = new Map()
  for (const line of readFileSync(calls, 'utf8').trim().split('\n')) {
    const [kernel, file] = JSON.parse(line)
    if (file) callers.set(kernel, (callers.get(kernel) ?? new Set()).add(relative(root, file)))
  }
  const addon = createRequire(import.meta.url)(real)
  const kernels = Object.keys(addon).filter((name) => `${name}Async` in addon && !decisions.includes(name))
  const chosen = process.argv.length > 2 ? process.argv.slice(2) : kernels
  let passed = 0
  let failed = 0
  const perturb = async (kernel) => {
    const skip = new Set(inputsOnly[kernel] ?? [])
    const files = [...(callers.get(kernel) ?? [])].filter((file) => !skip.has(basename(file, '.test.ts')))
    if (files.length === 0) {
      console.log(`FAIL ${kernel}: no test file calls it`)
      failed++
      return
    }
    const { failed: red } = await vitest(files, { LOWRANK_PERTURB: kernel }, join(folder, `${kernel}.json`))
    const green = files.filter((file) => !red.has(file))
    passed += red.size
    failed += green.length
    console.log(
      green.length === 0
        ? `ok   ${kernel}: ${red.size} files fail as they must`
        : `FAIL ${kernel}: ${green.join(', ')} did not notice`,
    )
  }
  const waiting = chosen.values()
  const worker = async () => {
    for (const kernel of waiting) await perturb(kernel)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}
