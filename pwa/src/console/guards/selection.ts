import type { Guard, Id } from '../../lib/types'

/** As many as the server takes with one tap. */
const MOST = 200

/** Whether one tap for many may approve somebody: who waits for me, and whose name need not be asked about first. */
export const isSelectable = (guard: Guard): boolean => guard.status === 'pending' && guard.may_decide && guard.claimed_name === null

/** Those of a list who may be chosen, as many as go at once. */
export const selectable = (guards: readonly Guard[]): Id[] =>
  guards
    .filter(isSelectable)
    .slice(0, MOST)
    .map((guard) => guard.id)

/** The chosen ones who can still be chosen: somebody may have decided on one meanwhile. */
export const stillChosen = (chosen: ReadonlySet<Id>, guards: readonly Guard[]): Id[] =>
  selectable(guards).filter((id) => chosen.has(id))
