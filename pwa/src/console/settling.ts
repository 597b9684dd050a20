/** Pure: what has just changed under a hand takes no press yet. */

/** For how long after a change a key or press does nothing: it was meant for what stood there before. */
export const SETTLES_MS = 1_000

/** How often at most the bar of open alarms may change its order, so that it can be pressed while many come in. */
export const MOVES_EVERY_MS = 3_000

/** Whether a press at a time belongs to what stands there now; one from before the change, handled late, does not. */
export function isMeant(pressedAt: number, changedAt: number): boolean {
  return pressedAt - changedAt >= SETTLES_MS
}

/** How long a new order has to wait, when the last one was shown at a time. */
export function waitsToMove(now: number, movedAt: number): number {
  return Math.max(0, movedAt + MOVES_EVERY_MS - now)
}
