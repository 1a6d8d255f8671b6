/** What the runner asks of a side, and what it hears. */
export type Request =
  | {
      readonly do: 'prepare'
      readonly index: number
      readonly data: Record<string, string>
      readonly setup: string
      readonly theirs: string
    }
  | { readonly do: 'answer'; readonly folder: string; readonly answer: string }
  | { readonly do: 'time'; readonly repetitions: number }
  | { readonly do: 'versions' }

export interface Reply {
  readonly error?: string
  readonly paths?: string[]
  readonly nanoseconds?: number
  readonly [key: string]: unknown
}
