/** What arrives while no page is open: shown as a notice, confirmed to the server, opened by a tap. */
import { newRequestId } from '../lib/http'
import { storedTable } from '../lib/stored-table'

declare const self: ServiceWorkerGlobalScope

/** What the server says in a push: place and kind, nothing of a person. */
export interface Pushed {
  title: string
  line: string
  page: string
  reference: string
  alarm_id?: number
  test_id?: string
  drill?: boolean
  /** Shown without sound and vibration: its receiver stands beside somebody who raised an alarm covertly. */
  silent?: boolean
  test?: boolean
}

/** Read a push; one that cannot be understood still says that somebody calls. */
export function pushedOf(read: () => unknown): Pushed {
  const nothing: Pushed = { title: '护学岗', line: '请打开查看', page: '/', reference: '' }
  try {
    const said = read() as Partial<Pushed> | null
    return { ...nothing, ...said, page: ownPath(said?.page) }
  } catch {
    return nothing
  }
}

/** Only a path of this site is ever opened. */
export function ownPath(page: unknown): string {
  return typeof page === 'string' && /^\/(?![/\\])/.test(page) ? page : '/'
}

/**
 * What a notice takes the place of: an alarm's of the same alarm, a test's of the same test, else only of itself.
 *
 * Every other message is one that its receiver may still need, so none hides another one.
 */
function tagOf(pushed: Pushed): string {
  if (pushed.alarm_id !== undefined) return `alarm-${pushed.alarm_id}`
  return pushed.test_id === undefined ? `note-${pushed.reference}` : `test-${pushed.test_id}`
}

/** One notice for an alarm, however often it calls; it stays until somebody takes it. */
export function noticeOf(pushed: Pushed): NotificationOptions & { renotify: boolean; vibrate?: number[] } {
  const call = pushed.alarm_id !== undefined
  const how = pushed.silent ? { silent: true } : { vibrate: call ? [500, 200, 500, 200, 500] : [200] }
  return {
    body: pushed.line,
    tag: tagOf(pushed),
    renotify: true,
    requireInteraction: call,
    ...how,
    icon: '/icon-192.png',
    badge: '/badge-96.png',
    data: { page: pushed.page, reference: pushed.reference },
  }
}

/** Where a receipt of it goes, if anywhere. */
export function receiptPath(pushed: Pushed): string | null {
  if (pushed.alarm_id !== undefined) return `/api/alarms/${pushed.alarm_id}/receipts`
  return pushed.test_id === undefined ? null : `/api/channels/tests/${pushed.test_id}/receipts`
}

interface Seen {
  id: string
  at: number
}

const SEEN_MOST = 50
// On the disk: the browser ends this worker between two pushes as it likes.
const seen = storedTable<Seen>('huxue-pushes', 'seen')

async function wasSeen(reference: string): Promise<boolean> {
  return (await seen.all()).some((one) => one.id === reference)
}

async function remember(reference: string): Promise<void> {
  await seen.put({ id: reference, at: Date.now() })
  const oldest = (await seen.all()).sort((a, b) => b.at - a.at).slice(SEEN_MOST)
  for (const one of oldest) await seen.remove(one.id)
}

/** The same push again, as push services may: browsers demand a notice, but nobody need be called by it. */
function silenced(notice: NotificationOptions, stillShown: boolean): NotificationOptions & { renotify: boolean } {
  const { body, tag, icon, badge, data } = notice
  return { body, tag, icon, badge, data: data as unknown, renotify: false, silent: true, requireInteraction: stillShown }
}

/** Show a push; answers whether it was news. */
async function show(pushed: Pushed): Promise<boolean> {
  const notice = noticeOf(pushed)
  // One that could not be read has no name, and is always news.
  const double = pushed.reference !== '' && (await wasSeen(pushed.reference))
  const shown = double ? await self.registration.getNotifications({ tag: notice.tag }) : []
  await self.registration.showNotification(pushed.title, double ? silenced(notice, shown.length > 0) : notice)
  if (!double && pushed.reference !== '') await remember(pushed.reference)
  return !double
}

// One after the other, so that a double finds what came just before it.
let turn: Promise<unknown> = Promise.resolve()

async function take(pushed: Pushed): Promise<void> {
  const mine = turn.then(() => show(pushed))
  turn = mine.catch(() => undefined)
  if (await mine) await confirm(pushed).catch(() => undefined)
}

/** Say that it was shown. The page's token is not here, so it is asked for; without a session nothing is said. */
async function confirm(pushed: Pushed): Promise<void> {
  const path = receiptPath(pushed)
  if (path === null) return
  const me = await fetch('/api/me', { credentials: 'same-origin', cache: 'no-store' })
  if (!me.ok) return
  const { csrf_token: token } = (await me.json()) as { csrf_token: string }
  await fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': token },
    body: JSON.stringify({ request_id: newRequestId(), channel: 'push' }),
  })
}

/** Which of the open windows shows a page: one that shows it already, else one with nothing half done in it. */
export function windowFor(open: readonly { url: string }[], page: string): number {
  const paths = open.map((one) => new URL(one.url).pathname)
  const there = paths.indexOf(page)
  return there >= 0 ? there : paths.findIndex((path) => !/^\/(console|register|alarm|j)\b/.test(path))
}

async function open(page: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const chosen = windows[windowFor(windows, page)]
  const moved = chosen && (new URL(chosen.url).pathname === page ? chosen : await chosen.navigate(page).catch(() => null))
  if (moved) await moved.focus()
  else await self.clients.openWindow(page)
}

/** Take pushes and the taps on their notices. */
export function listenToPushes(): void {
  self.addEventListener('push', (event) => {
    event.waitUntil(take(pushedOf(() => event.data?.json() as unknown)))
  })
  self.addEventListener('notificationclick', (event) => {
    event.notification.close()
    event.waitUntil(open(ownPath((event.notification.data as { page?: unknown } | null)?.page)))
  })
}
