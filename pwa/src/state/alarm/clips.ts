/** The clips of alarms that this phone still has to send. Nothing waits for one: an alarm that is pressed stops it at once. */
import { computed, shallowReactive, shallowRef, watch } from 'vue'
import { newRequestId, Refusal, Unreachable } from '@/lib/http'
import { type Entry, Outbox } from '@/lib/outbox'
import { storedFiles } from '@/lib/stored-files'
import { storedTable } from '@/lib/stored-table'
import { upload } from '@/lib/upload'
import type { AlarmPicture, Id } from '@/lib/wire'
import { entries, isOpen, pressing } from '@/state/core/outbox'
import { account, loadSession, session } from '@/state/people/session'

const SILENT_MS = 60_000
/** A line that breaks again and again would be sent 40 MB each time: after this it waits for a press. */
const TRIES = 4

const files = storedFiles('huxue-clip-files')
const list = shallowRef<Entry[]>([])
export const unsentClips = list
/** How much of each is out, 0 to 1. */
export const progress = shallowReactive(new Map<string, number>())
/** Counts those that have arrived. */
export const arrivedClips = shallowRef(0)
const pressed = new Set<string>()

/** An alarm goes out, or is about to. */
const alarming = computed(() => pressing.value || entries.value.some((entry) => entry.kind === 'alarm' && isOpen(entry)))

/** Whether it waits for a press. */
export const waitsForPress = (entry: Entry): boolean => entry.kind === 'clip' && entry.state === 'waiting' && entry.attempts >= TRIES

async function send(entry: Entry): Promise<unknown> {
  if (session.remembered) await loadSession()
  const token = session.me?.csrf_token
  if (!token || session.remembered || session.me?.account.id !== entry.accountId || alarming.value) throw new Unreachable('offline')
  if (entry.attempts > TRIES && !pressed.delete(entry.id)) throw new Unreachable('offline')
  const file = await files.get(entry.id)
  if (!file) throw new Refusal(410, 'clip_unreadable')
  const stop = new AbortController()
  const unwatch = watch(alarming, (now) => now && stop.abort(), { flush: 'sync' })
  try {
    return await upload<AlarmPicture>(`/api/alarms/${entry.note.alarm}/clips?request_id=${entry.id}`, file, {
      headers: { 'X-CSRF-Token': token, 'Content-Type': 'application/octet-stream' },
      onProgress: (share) => progress.set(entry.id, share),
      signal: stop.signal,
      silentMs: SILENT_MS,
    })
  } finally {
    unwatch()
    progress.delete(entry.id)
  }
}

export const clipOutbox = new Outbox({
  table: storedTable<Entry>('huxue-clips', 'outbox'),
  lock: 'huxue.clips',
  send,
  accountId: () => session.me?.account.id,
  onChange: (next) => (list.value = next),
  onAnswer: (entry) => {
    arrivedClips.value += 1
    void dropClip(entry.id)
  },
})

/** Send a clip: kept, and sent until the server has it or says no. */
export async function sendClip(alarmId: Id, file: Blob): Promise<void> {
  const id = newRequestId()
  await files.put(id, file)
  await clipOutbox.add({ id, kind: 'clip', path: '', accountId: account.value?.id ?? null, note: { alarm: String(alarmId) }, body: { bytes: file.size } })
}

export function sendClipAgain(id: string): Promise<void> {
  pressed.add(id)
  return clipOutbox.again(id)
}

export async function dropClip(id: string): Promise<void> {
  await clipOutbox.dismiss(id)
  await files.remove(id)
}
