/** What arrives while no page is open: shown as a notice, confirmed to the server, opened by a tap. */
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

/** One notice for an alarm, however often it calls; it stays until somebody takes it. */
export function noticeOf(pushed: Pushed): NotificationOptions & { renotify: boolean; vibrate: number[] } {
  const call = pushed.alarm_id !== undefined
  return {
    body: pushed.line,
    tag: call ? `alarm-${pushed.alarm_id}` : `test-${pushed.test_id ?? ''}`,
    renotify: true,
    requireInteraction: call,
    vibrate: call ? [500, 200, 500, 200, 500] : [200],
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

async function take(pushed: Pushed): Promise<void> {
  const notice = noticeOf(pushed)
  const shown = await self.registration.getNotifications({ tag: notice.tag })
  // The same push twice, as push services may: shown, but it rings once.
  const double = shown.some((one) => (one.data as { reference?: string } | null)?.reference === pushed.reference)
  await self.registration.showNotification(pushed.title, double ? { ...notice, renotify: false } : notice)
  if (!double) await confirm(pushed).catch(() => undefined)
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
    body: JSON.stringify({ request_id: crypto.randomUUID(), channel: 'push' }),
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
