/** Pure: a list of people that is read anew while a thumb is over it. */
import type { Guard } from '@/lib/wire'

/** The list as read now, in the order in which it stands: rows that stay keep their places, new ones follow. */
export function steadyList(before: readonly Guard[], now: readonly Guard[], stays: (guard: Guard) => boolean): Guard[] {
  const found = new Map(now.map((guard) => [guard.id, guard]))
  const kept = before.flatMap((guard) => found.get(guard.id) ?? (stays(guard) ? guard : []))
  const known = new Set(kept.map((guard) => guard.id))
  return [...kept, ...now.filter((guard) => !known.has(guard.id))]
}
