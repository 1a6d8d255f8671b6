// npm run test:simd: the tests over kernels of our own once more, on each instruction set below the machine's best one.
import { spawnSync } from 'node:child_process'

/** Which tests: the others go through BLAS, or are the same on any instruction set. */
const selections = [
  ['test/linalg', '--testNamePattern', 'batch'],
  ['test/linalg/matmul', 'test/linalg/truncatedSVD', 'test/linalg/pca', 'test/als/solveRows', 'test/als/alsState'],
]

function run(args, simd, stdio) {
  return spawnSync(process.execPath, args, { stdio, encoding: 'utf8', env: { ...process.env, LOWRANK_SIMD: simd } })
}
const chosen = (simd) => {
  const script = "console.log((await import('lowrank')).backendInfo().simd)"
  return run(['--input-type=module', '--eval', script], simd, 'pipe').stdout.trim()
}

const best = chosen('')
const lower = ['avx2', 'baseline'].filter((simd) => simd !== best && chosen(simd) === simd)
console.log(`here is ${best}; ${lower.length > 0 ? `tested are ${lower.join(' and ')}` : 'nothing is below it'}`)
for (const simd of lower)
  for (const selection of selections) {
    const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--config', '.config/vitest.config.ts']
    if (run([...vitest, ...selection], simd, 'inherit').status === 0) continue
    console.error(`failed on ${simd}`)
    process.exit(1)
  }
