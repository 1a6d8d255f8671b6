/** What a failure is for the one who called: a sentence, and an exit status. */
import { LowRankError } from '../core/errors.ts'

const meanings: Record<string, string> = {
  ENOENT: 'there is no such file or folder; check the path',
  EACCES: 'permission is denied; check who may read or write there',
  EPERM: 'permission is denied; check who may read or write there',
  EISDIR: 'it is a folder; name a file',
  ENOTDIR: 'a part of the path is a file and no folder; check the path',
  ENOSPC: 'the disk is full; free some room',
  EROFS: 'the file system can only be read; choose another folder',
}

/** The sentence. Faults that nobody foresaw keep their stack, since they are to be reported. */
export function explain(fault: unknown): string {
  if (fault instanceof LowRankError) return fault.message
  const { code, path, message, stack } = fault as NodeJS.ErrnoException
  if (code === undefined) return stack ?? String(fault)
  return code in meanings ? `${path ?? message}: ${meanings[code]}` : message
}

/** 2 where the call was wrong, 1 where the work failed. */
export function exitCodeOf(fault: unknown): 1 | 2 {
  return fault instanceof LowRankError && (fault.code === 'ArgumentError' || fault.code === 'ShapeError') ? 2 : 1
}
