/**
 * `npm run quickstart`: a photograph and ten thousand handwritten digits, approximated by what `lowrank approx` runs,
 * the photograph also in other ways, and after most of its pixels were removed. Each
 * step prints its result and gives a chapter of the report; a new step joins by one line in `steps`.
 */
import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { backendInfo } from '../core/threads.ts'
import { writeFiles } from '../io/write.ts'
import { formatTime } from './format.ts'
import { makeProgress } from './progress.ts'
import { completion } from './quickstart/completion.ts'
import { digits } from './quickstart/digits.ts'
import { photograph } from './quickstart/photograph.ts'
import type { Context, Step } from './quickstart/step.ts'
import { ways } from './quickstart/ways.ts'
import type { Chapter } from './report/chapter.ts'
import { renderReport } from './report/page.ts'
import { leaveOnSignals } from './signals.ts'

const steps: readonly Step[] = [photograph, ways, completion, digits]

const start = performance.now()
const folder = join(process.cwd(), 'build', 'quickstart')
const progress = makeProgress(false)
const context: Context = { folder, progress, say: (text) => process.stdout.write(`${text}\n`) }
leaveOnSignals(() => progress.stop())

const { library, version, core, threads } = backendInfo()
context.say(`lowrank on ${library} ${version} (${core}), ${threads === 1 ? '1 thread' : `${threads} threads`}`)
await mkdir(folder, { recursive: true })

const chapters: Chapter[] = []
for (const [i, step] of steps.entries()) {
  context.say(`\n${i + 1}. ${step.title}\n`)
  chapters.push(await step.run(context))
}

progress.step('Drawing the report')
const path = join(folder, 'report.html')
const page = Buffer.from(await renderReport(chapters, 'lowrank: quickstart'))
await writeFiles('quickstart', [{ path, bytes: () => [page] }], { overwrite: true })
progress.stop()

context.say(`
The report, with pictures and charts: ${relative(process.cwd(), path)}
  ${pathToFileURL(path)}

Try the command on a file of your own:
  npx lowrank approx photo.jpg --rank 10,20,40 --report photo.html
  npx lowrank --help

Done in ${formatTime(performance.now() - start)}.`)
