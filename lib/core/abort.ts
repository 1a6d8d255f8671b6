/** From an AbortSignal to the calls that wait in the queue for it. */

const watched = new WeakMap<AbortSignal, { readonly tickets: Set<number>; readonly listener: () => void }>()

/**
 * Has `cancel` called with the ticket once the signal is aborted, until the returned function is called. One listener
 * serves all calls of a signal: from the eleventh on, Node warns of a leak.
 */
export function onAbort(signal: AbortSignal, ticket: number, cancel: (ticket: number) => void): () => void {
  let entry = watched.get(signal)
  if (entry === undefined) {
    const tickets = new Set<number>()
    entry = { tickets, listener: () => tickets.forEach(cancel) }
    watched.set(signal, entry)
    signal.addEventListener('abort', entry.listener)
  }
  const { tickets, listener } = entry
  tickets.add(ticket)
  return () => {
    tickets.delete(ticket)
    if (tickets.size > 0 || watched.get(signal)?.tickets !== tickets) return
    watched.delete(signal)
    signal.removeEventListener('abort', listener)
  }
}
