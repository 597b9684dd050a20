/** The photos and clips of alarms: those that this phone still has to send, and those that the server has. */
import { computed, onScopeDispose, shallowReadonly, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import { get, newRequestId, post, Unreachable } from '@/lib/http'
import { type Entry, Outbox } from '@/lib/outbox'
import { holdReload } from '@/lib/service-worker'
import { shrinkPicture } from '@/lib/shrink-picture'
import { storedTable } from '@/lib/stored-table'
import type { Alarm, AlarmPictures, Id } from '@/lib/wire'
import { arrivedClips, clipOutbox, dropClip, sendClipAgain, unsentClips } from './clips'
import { account, loadSession, session } from '@/state/people/session'

/** A poor line takes its time for 300 KB. */
const TIMEOUT_MS = 60_000
/** What begins the next visit: whether anything waits here. */
const WAITING_KEY = 'huxue.pictures'
const PIECE = 0x8000

const photos = shallowRef<Entry[]>([])
const list = computed(() => [...photos.value, ...unsentClips.value].sort((a, b) => a.createdAt - b.createdAt))

async function base64(picture: Blob): Promise<string> {
  const bytes = new Uint8Array(await picture.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += PIECE) text += String.fromCharCode(...bytes.subarray(at, at + PIECE))
  return btoa(text)
}

function blobOf(entry: Entry): Blob {
  const text = atob(String(entry.body.picture))
  return new Blob([Uint8Array.from(text, (one) => one.charCodeAt(0))], { type: String(entry.body.type) })
}

/** What an entry shows before the server has it. */
export const addressOf = (entry: Entry): string => `data:${String(entry.body.type)};base64,${String(entry.body.picture)}`

async function send(entry: Entry, timeoutMs: number): Promise<unknown> {
  if (session.remembered) await loadSession()
  // Not known, or somebody else by now: the photo waits for whoever took it.
  if (session.remembered || session.me?.account.id !== entry.accountId) throw new Unreachable('offline')
  return post(`/api/alarms/${entry.note.alarm}/pictures`, blobOf(entry), { query: { request_id: entry.id }, timeoutMs })
}

function noteWaiting(now: readonly Entry[]): void {
  try {
    if (now.length) localStorage.setItem(WAITING_KEY, '1')
    else localStorage.removeItem(WAITING_KEY)
  } catch {
    // No storage: what waits lasts as long as the page.
  }
}

const outbox = new Outbox({
  table: storedTable<Entry>('huxue-pictures', 'outbox'),
  lock: WAITING_KEY,
  timeoutMs: TIMEOUT_MS,
  send,
  accountId: () => session.me?.account.id,
  onChange: (next) => {
    photos.value = next
  },
  // The server has it: nothing of it stays in the phone.
  onAnswer: (entry) => {
    arrived.value += 1
    void outbox.dismiss(entry.id)
  },
})
const arrived = shallowRef(0)

let reading: Promise<void> | null = null

/** Read what the last visit left, and try whenever the network may be back; resolves when that is read. */
export function startPictures(): Promise<void> {
  reading ??= start()
  return reading
}

function start(): Promise<void> {
  const again = (): void => void Promise.all([outbox.replay(true), clipOutbox.replay(true)])
  addEventListener('online', again)
  addEventListener('pageshow', again)
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && again())
  watch(() => session.me?.csrf_token, (token) => token && again())
  watch(list, noteWaiting)
  holdReload(() => list.value.some((entry) => entry.state === 'waiting' || entry.state === 'sending'))
  return Promise.all([outbox.start(), clipOutbox.start()]).then(() => noteWaiting(list.value))
}

/** The own photos and clips of an alarm that the server does not have. */
export const unsent = (alarmId: () => Id): ComputedRef<Entry[]> =>
  computed(() =>
    list.value.filter((entry) => entry.note.alarm === String(alarmId()) && entry.accountId === account.value?.id && entry.state !== 'delivered'),
  )

/** Send a photo: made smaller, kept, and sent until the server has it or says no. */
export async function sendPicture(alarmId: Id, file: Blob): Promise<void> {
  const picture = await shrinkPicture(file)
  await outbox.add({
    id: newRequestId(),
    kind: 'picture',
    path: '',
    accountId: account.value?.id ?? null,
    note: { alarm: String(alarmId) },
    body: { picture: await base64(picture), type: picture.type || 'image/jpeg' },
  })
}

export const sendAgain = (entry: Entry): Promise<void> => (entry.kind === 'clip' ? sendClipAgain(entry.id) : outbox.again(entry.id))
export const drop = (entry: Entry): Promise<void> => (entry.kind === 'clip' ? dropClip(entry.id) : outbox.dismiss(entry.id))

/** Whoever signs out leaves no photo or clip behind that the server has refused. */
export async function forgetRefused(): Promise<void> {
  await startPictures()
  for (const entry of list.value) if (entry.state === 'refused') await drop(entry)
}

/** The photos and clips of an alarm that the server shows, read again with each that comes; null: not known yet. */
export function usePictures(alarm: () => Alarm): Readonly<ShallowRef<AlarmPictures | null>> {
  const found = shallowRef<AlarmPictures | null>(null)
  const newest = computed(() => alarm().timeline.filter((entry) => entry.act === 'picture' || entry.act === 'clip').reduce((most, entry) => Math.max(most, entry.id), 0))
  let wanted = true
  async function read(): Promise<void> {
    const id = alarm().id
    const answer = await get<AlarmPictures>(`/api/alarms/${id}/pictures`).catch(() => null)
    if (wanted && answer && id === alarm().id) found.value = answer
  }
  watch([() => alarm().id, newest, arrived, arrivedClips], ([id], [before]) => {
    if (id !== before) found.value = null
    void read()
  }, { immediate: true })
  onScopeDispose(() => (wanted = false))
  return shallowReadonly(found)
}
