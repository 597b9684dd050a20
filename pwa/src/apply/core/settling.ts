/** Pure: what has just changed under a hand takes no press yet. */
import type { Id } from '@/lib/wire'

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

/** Rows in the order in which they stood before, newcomers after them: under a pointer none takes another's place. */
export function inOrderOf<T extends { id: Id }>(rows: readonly T[], before: readonly Id[]): T[] {
  const places = new Map(before.map((id, place) => [id, place]))
  const placeOf = (row: T): number => places.get(row.id) ?? before.length
  return [...rows].sort((a, b) => placeOf(a) - placeOf(b))
}
