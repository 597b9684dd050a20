/** The writes that wait in this phone, and what became of them. */
import { computed, ref, shallowReadonly, shallowRef, watch } from 'vue'
import { get, newRequestId, post, Refusal, Unreachable } from '@/lib/http'
import { lastOf } from '@/lib/last'
import { type Entry, Outbox } from '@/lib/outbox'
import { vibrate } from '@/lib/vibration'
import { storedTable } from '@/lib/stored-table'
import type { Alarm, CheckIn, CheckOut, Duty, Fix, Id } from '@/lib/wire'
import { holdReload } from '@/lib/service-worker'
import { serverNow } from './clock'
import { refetchDuty } from '@/state/duty/duty'
import { feedStatus } from './feed'
import { loadSession, session } from '@/state/people/session'

/** So long the sign of a covert alarm stays; nobody can put it away, and nothing of it must be left in the phone. */
const COVERT_KEPT_MS = 5 * 60_000

const list = shallowRef<Entry[]>([])

export const entries = shallowReadonly(list)
/** What still has to go out, alarms apart. */
export const queued = computed(() => list.value.filter((entry) => entry.kind !== 'alarm' && isOpen(entry)))
/** The alarm that this phone raised last and that its guard has not put away. */
export const ownAlarm = computed(() => lastOf(list.value.filter((entry) => entry.kind === 'alarm' && !isCovert(entry))) ?? null)
/** Whether the covert alarm that was pressed last has arrived: the one sign of it. An earlier one says nothing of it. */
export const covertSent = computed(() => lastOf(list.value.filter(isCovert))?.state === 'delivered')

/** Raised so that nobody beside the phone sees, hears or feels it. */
function isCovert(entry: Entry): boolean {
  return entry.body.covert === true
}

/** Whether the alarm button is held just now, or asks. */
export const pressing = ref(false)

export const isOpen = (entry: Entry): boolean => entry.state === 'waiting' || entry.state === 'sending'

/** A check-in of whoever is signed in that still has to go out: the first of all, or that of one post. */
export const keptCheckIn = (code?: string): Entry | undefined =>
  list.value.find(
    (entry) =>
      entry.kind === 'check_in' &&
      isOpen(entry) &&
      entry.accountId === session.me?.account.id &&
      (!code || entry.note.code === code),
  )

/** A check-in that went out before but whose answer got lost: the duty is there already, by the very same press. */
async function checkedInBefore(entry: Entry, error: unknown): Promise<CheckIn | null> {
  if (entry.kind !== 'check_in' || entry.attempts < 2) return null
  if (!(error instanceof Refusal) || error.code !== 'already_on_duty') return null
  const there = (await get<Duty>('/api/duty')).check_in
  const pressed = String(entry.body.claimed_at)
  return there && (there.post_name === entry.note.post || samePress(there.claimed_at, pressed)) ? there : null
}

const samePress = (one: string, other: string): boolean => Math.abs(Date.parse(one) - Date.parse(other)) < 1_000

async function send(entry: Entry, timeoutMs: number): Promise<unknown> {
  // Who I am brings the token along; an alarm goes without.
  if (entry.kind !== 'alarm' && session.remembered) await loadSession()
  // Not known, or somebody else by now: the entry waits for its own guard.
  if (entry.kind !== 'alarm' && (session.remembered || session.me?.account.id !== entry.accountId)) {
    throw new Unreachable('offline')
  }
  try {
    return await post(entry.path, entry.body, { timeoutMs })
  } catch (error) {
    if (error instanceof Refusal && error.code === 'bad_csrf_token') void loadSession()
    const before = await checkedInBefore(entry, error)
    if (before) return before
    throw error
  }
}

/** A check-in that did not arrive by its first try says that it waited: it is judged by the time that its guard pressed. */
function reword(entry: Entry): Record<string, unknown> {
  if (entry.kind !== 'check_in' || entry.body.queued === true) return entry.body
  // Another body needs another number; had the first one arrived, the answer is already_on_duty.
  return { ...entry.body, queued: true, request_id: newRequestId() }
}

const outbox = new Outbox({
  table: storedTable<Entry>('huxue', 'outbox'),
  send,
  reword,
  accountId: () => session.me?.account.id,
  onChange: (next) => {
    list.value = next
  },
  onAnswer: (entry) => {
    if (entry.kind === 'alarm' && !isCovert(entry)) vibrate(answeredAlarm(entry)?.recorded_only ? 'undelivered' : 'delivered')
    // What waited goes out behind the pages' backs; a page that sends for the first time looks by itself.
    if (entry.kind !== 'alarm' && entry.attempts > 1) refetchDuty()
  },
})

function forgetCovert(): void {
  const before = Date.now() - COVERT_KEPT_MS
  for (const entry of list.value) {
    if (isCovert(entry) && !isOpen(entry) && (entry.deliveredAt ?? entry.createdAt) <= before) void outbox.dismiss(entry.id)
  }
}

let started = false

/** Read what the last visit left, and try whenever the network may be back. */
export function startOutbox(): void {
  if (started) return
  started = true
  void outbox.start()
  const again = (): void => void outbox.replay(true)
  addEventListener('online', again)
  addEventListener('pageshow', again)
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && again())
  watch(() => feedStatus.mode === 'live', (connected) => connected && again())
  watch(() => session.me?.csrf_token, (token) => token && again())
  setInterval(forgetCovert, 60_000)
  holdReload(() => list.value.some((entry) => isOpen(entry) || entry.kind === 'alarm'))
}

export const retryNow = (): Promise<void> => outbox.replay(true)
/** Send my own alarm again at once, also one that was refused. */
export const raiseAgain = (): Promise<void> => outbox.again(ownAlarm.value?.id ?? '')
export const dismiss = (id: string): Promise<void> => outbox.dismiss(id)

export interface Whereabouts {
  postId: Id | null
  postCode: string | null
  /** When its code was scanned; one scanned long ago gives way to where the phone is. */
  scannedAt?: string | null
  /** As one would say it on the telephone. */
  place: string
  fix: Fix | null
}

/** Raise an alarm: sent at once, kept beside that, and sent until the server has it; a covert one without a sign. */
export function raiseAlarm(where: Whereabouts, covert = false): Promise<Entry> {
  if (!covert) vibrate('sent')
  const id = newRequestId()
  return outbox.add({
    id,
    kind: 'alarm',
    path: '/api/alarms',
    accountId: session.me?.account.id ?? null,
    note: { place: where.place },
    body: {
      request_id: id,
      post_id: where.postId,
      post_code: where.postCode,
      post_scanned_at: where.scannedAt,
      fix: where.fix,
      claimed_at: new Date(serverNow()).toISOString(),
      ...(covert && { covert }),
    },
  })
}

/** The alarm as the server answered it, null before. */
export function answeredAlarm(entry: Entry | null): Alarm | null {
  return entry?.state === 'delivered' ? (entry.answer as Alarm) : null
}

/** Check in; a press beside one that still has to go out sends that one, and adds nothing. */
export function sendCheckIn(code: string, postName: string, fix: Fix | null): Promise<Entry> {
  const kept = keptCheckIn(code)
  if (kept) return retryNow().then(() => kept)
  const id = newRequestId()
  return outbox.add({
    id,
    kind: 'check_in',
    path: '/api/check-ins',
    accountId: session.me?.account.id ?? null,
    note: { post: postName, code },
    body: {
      request_id: id,
      post_code: code,
      fix,
      claimed_at: new Date(serverNow()).toISOString(),
      queued: navigator.onLine === false,
    },
  })
}

export function sendCheckOut(postName: string): Promise<Entry> {
  const id = newRequestId()
  return outbox.add({
    id,
    kind: 'check_out',
    path: '/api/check-outs',
    accountId: session.me?.account.id ?? null,
    note: { post: postName },
    body: { request_id: id },
  })
}

export const checkInOf = (entry: Entry): CheckIn | null =>
  entry.kind === 'check_in' && entry.state === 'delivered' ? (entry.answer as CheckIn) : null

export const checkOutOf = (entry: Entry): CheckOut | null =>
  entry.kind === 'check_out' && entry.state === 'delivered' ? (entry.answer as CheckOut) : null
