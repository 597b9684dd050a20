/** What is so where nothing is to be seen: no peak, no gap. */
import type { PostCoverage, PostState } from '@/lib/wire'
import type { StateOf } from '@/words/core/states'

/**
 * When the last shift of these posts ended (ms); null where there was none yet.
 *
 * A line that was never told anew has been off duty since the server first looked: no shift has ended there.
 */
export function lastEnded(lines: Iterable<PostCoverage>): number | null {
  const ends = [...lines].filter((line) => line.state === 'off_duty' && line.version > 1).map((line) => Date.parse(line.since))
  return ends.length ? Math.max(...ends) : null
}

/** Why a list of gaps is empty: no post has a shift, those on duty are full, or really all of them. */
export function whyEmpty(states: Record<PostState, number>): Exclude<StateOf<'list'>, 'filtered'> {
  if (!states.full) return 'no_shift'
  return states.off_duty ? 'full_but_off' : 'full'
}
