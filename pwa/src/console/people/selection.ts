/** Pure: which guards may be approved with one tap. */
import type { Guard } from '@/lib/wire'

/** As many as the server takes with one tap. */
const MOST = 50

/** What was chosen: a claim, not its account. Whoever registers anew must be chosen anew. */
export const claimOf = (guard: Guard): string => `${guard.id} ${guard.registered_at}`

/** Whether one tap for many may approve somebody: who waits for me, and whose name need not be asked about first. */
export const isSelectable = (guard: Guard): boolean => guard.status === 'pending' && guard.may_decide && guard.claimed_name === null

/** Those of a list who may be chosen, as many as go at once. */
export const selectable = (guards: readonly Guard[]): Guard[] => guards.filter(isSelectable).slice(0, MOST)

/** The chosen ones who can still be chosen: somebody may have decided on one meanwhile. */
export const stillChosen = (chosen: ReadonlySet<string>, guards: readonly Guard[]): Guard[] =>
  selectable(guards).filter((guard) => chosen.has(claimOf(guard)))
