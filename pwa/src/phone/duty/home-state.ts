/** What a guard's first page is about. */
import type { CheckIn } from '@/lib/wire'
import type { StateOf } from '@/words/core/states'

export type HomeState = StateOf<'home'>

/** Tell it: a duty first, then a check-in that still has to go out. */
export function homeState(now: { signedIn: boolean; checkIn: Pick<CheckIn, 'verified' | 'verdict'> | null; kept: unknown }): HomeState {
  if (now.checkIn) return now.checkIn.verified ? now.checkIn.verdict : 'waits'
  if (now.kept) return 'kept'
  return now.signedIn ? 'off' : 'signed_out'
}
