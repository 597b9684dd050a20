/** What a phone forgets when its guard signs out: the next one to hold it is somebody else. */
import { dismiss, entries, isOpen } from '@/state/core/outbox'
import { leavePush } from '@/lib/push'
import { forgetRefused } from '@/state/alarm/pictures'
import type { Entry } from '@/lib/outbox'

/** Pages of posts that were scanned, with their telephones and who was missing. */
const OF_POSTS = /^huxue\.(post\.|last-post$)/

/** Take away the posts that were scanned, and what was sent and answered: it says where somebody was. */
export async function forgetTraces(
  storage: Storage,
  sent: readonly Entry[],
  forget: (id: string) => Promise<void>,
): Promise<void> {
  const names = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '')
  for (const name of names) if (OF_POSTS.test(name)) storage.removeItem(name)
  // What still waits is its guard's, and goes out when he signs in again; an alarm goes out whoever does.
  for (const entry of sent) if (!isOpen(entry)) await forget(entry.id)
}

/** Leave nothing behind: no pushes, no traces. Never fails, so that signing out goes on. */
export async function leavePhone(): Promise<void> {
  await Promise.allSettled([leavePush(), forgetTraces(localStorage, entries.value, dismiss), forgetRefused()])
}
