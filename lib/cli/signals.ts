const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/**
 * Ends the process on Ctrl-C at once, as a shell expects, but by way of `exit`, so that temporary files are removed.
 * A LAPACK call cannot be stopped midway; nothing waits for it.
 */
export function leaveOnSignals(before: () => void): void {
  for (const [signal, status] of Object.entries(signals))
    process.once(signal, () => {
      before()
      process.exit(status)
    })
}
