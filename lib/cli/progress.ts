import yoctoSpinner from 'yocto-spinner'

/** What is said on the way: to standard error, so that a result can be piped. */
export interface Progress {
  /** What is being done now; shown on a terminal only. */
  step(text: string): void
  /** A line that stays, on what was done; shown on a terminal only. */
  line(text: string): void
  /** Something that the caller should know. */
  note(text: string): void
  /** Takes the line of the current step away. */
  stop(): void
}

/** `quiet` says nothing at all. */
export function makeProgress(quiet: boolean): Progress {
  const spinner = !quiet && process.stderr.isTTY ? yoctoSpinner({ handleSignals: false }) : undefined
  return {
    step(text) {
      if (spinner === undefined) return
      spinner.text = text
      if (!spinner.isSpinning) spinner.start()
    },
    line(text) {
      if (spinner === undefined) return
      spinner.stop()
      process.stderr.write(`${text}\n`)
      spinner.start()
    },
    note(text) {
      spinner?.stop()
      if (!quiet) process.stderr.write(`${text}\n`)
    },
    stop() {
      spinner?.stop()
    },
  }
}
