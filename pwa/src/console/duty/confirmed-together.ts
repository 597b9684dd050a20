/** Pure: who may be confirmed with one tap for all. */
import type { Flag, PostCoverage } from '@/lib/wire'

/** What a poor phone or a dead spot explains, and what is for information alone: as the server has it in `trust.py`. */
const TOGETHER: ReadonlySet<Flag> = new Set(['no_fix', 'poor_fix', 'late_sync', 'clock_skew', 'datum_unsure'])

/** Count those who wait at a post whom the one tap for all confirms; anybody else is looked at singly. */
export function waitingTogether(line: PostCoverage | null): number {
  return (line?.seats ?? []).filter((seat) => !seat.verified && seat.flags.every((flag) => TOGETHER.has(flag))).length
}
