/** The alarms that this guard may see: own ones and those he is asked to. */
import { computed, reactive, shallowReadonly, shallowRef } from 'vue'
import { alarmsFrom, applyAlarm, applyAlarms, openAlarms, responseOf, type Alarms } from '@/apply/alarm/alarms'
import { get, newRequestId, post, Refusal } from '@/lib/http'
import type { Alarm, AlarmKind, AlarmList, AlarmPerson, Cursor, FeedEvent, Id, ResponseState } from '@/lib/wire'
import { holdReload } from '@/lib/service-worker'
import { account } from '@/state/people/session'

const state = shallowRef<Alarms>(new Map())
const people = reactive(new Map<Id, AlarmPerson>())
const asked = new Set<string>()
let history: string | null = null

export const alarms = shallowReadonly(state)
export const open = computed(() => openAlarms(state.value))

holdReload(() => open.value.length > 0)

/** Whether somebody's own report is covert: another's that joined makes the alarm so, and hides it from nobody who raised it aloud. */
function pressedCovertly(alarm: Alarm, id: Id): boolean {
  const mine = alarm.reporters.find((one) => one.account_id === id)
  // News of an earlier release says it of the alarm alone.
  return mine?.covert ?? alarm.covert
}

/** The alarm that I raised last, from whatever phone, as far as this page has heard of it; one that I pressed covertly never shows. */
export const raisedByMe = computed(
  () =>
    [...state.value.values()]
      .filter((alarm) => account.value && alarm.raised_by === account.value.id && !pressedCovertly(alarm, account.value.id))
      .sort((a, b) => b.id - a.id)[0] ?? null,
)

/** The own alarms whose end was read, from whatever phone they were raised. */
export const endsRead = reactive(new Set<Id>())

/** Whether any alarm that this page has heard of asked for me. */
export const called = computed(() => [...state.value.values()].some((alarm) => account.value && responseOf(alarm, account.value.id)))

/** Fetch the open alarms; resolved ones that are on the screen stay until their event. */
export async function fetchAlarms(): Promise<Cursor> {
  const list = await get<AlarmList>('/api/alarms', { query: { state: 'open' } })
  // In another history the numbers may stand for other alarms, and versions say nothing.
  const before = history === null || history === list.epoch ? state.value : new Map<Id, Alarm>()
  history = list.epoch
  let next = alarmsFrom(list.items)
  for (const known of before.values()) next = applyAlarm(next, known)
  state.value = next
  await closeMissing(before, list)
  return { epoch: list.epoch, last: list.last }
}

// An alarm that is no longer among the open ones was resolved while nobody listened.
async function closeMissing(before: Alarms, list: AlarmList): Promise<void> {
  const listed = new Set(list.items.map((alarm) => alarm.id))
  const gone = [...before.values()].filter((alarm) => alarm.state === 'open' && !listed.has(alarm.id))
  await Promise.all(gone.map((alarm) => fetchAlarm(alarm.id).catch(() => undefined)))
}

/** Fetch an alarm; of a double that has ended, its people get the one that goes on. */
export async function fetchAlarm(id: Id): Promise<Alarm> {
  try {
    const alarm = await get<Alarm>(`/api/alarms/${id}`)
    takeAlarm(alarm)
    return alarm
  } catch (error) {
    if (error instanceof Refusal && (error.status === 404 || error.status === 409)) takeEnd(id, error.facts)
    throw error
  }
}

/** Whom it asked reads of an alarm that is over its end alone: what was known of it stays beside that. */
function takeEnd(id: Id, end: Partial<Alarm>): void {
  const known = state.value.get(id)
  if (known?.state === 'open') takeAlarm({ ...known, ...end, state: 'resolved', version: known.version + 1 })
}

export function takeAlarm(alarm: Alarm): void {
  state.value = applyAlarm(state.value, alarm)
}

export function takeAlarmEvents(events: readonly FeedEvent[]): void {
  state.value = applyAlarms(state.value, events)
}

/** Who took notice at a console, the first one first. */
const acknowledgersOf = (alarm: Alarm): Id[] =>
  alarm.timeline.flatMap((entry) => (entry.act === 'acknowledged' && entry.actor_id !== null ? [entry.actor_id] : []))

/** Name the people of an alarm; asks again only when somebody new is in it. */
export async function namePeople(alarm: Alarm): Promise<void> {
  const ids = [...alarm.responses.map((response) => response.account_id), ...acknowledgersOf(alarm), alarm.raised_by, alarm.acknowledged_by]
  const unknown = ids.filter((id) => id !== null && !people.has(id))
  const key = `${alarm.id}:${unknown.join()}`
  if (unknown.length === 0 || asked.has(key)) return
  asked.add(key)
  try {
    const answer = await get<{ people: AlarmPerson[] }>(`/api/alarms/${alarm.id}/people`)
    for (const person of answer.people) people.set(person.account_id, person)
  } catch {
    asked.delete(key)
  }
}

export const personOf = (id: Id | null): AlarmPerson | null => (id === null ? null : (people.get(id) ?? null))

async function act(id: Id, what: string, body: Record<string, unknown>): Promise<Alarm> {
  const alarm = await post<Alarm>(`/api/alarms/${id}/${what}`, { request_id: newRequestId(), ...body })
  takeAlarm(alarm)
  return alarm
}

export const sendKind = (id: Id, kind: AlarmKind): Promise<Alarm> => act(id, 'kind', { kind })

/** Say that it was a mistake; the same `requestId` again is the same note. */
export const addNote = (id: Id, text: string, requestId: string): Promise<Alarm> =>
  act(id, 'notes', { text, withdrawal: true, request_id: requestId })

/** Answer for oneself; the same `requestId` again is the same answer. */
export const respond = (id: Id, answer: ResponseState, requestId: string): Promise<Alarm> =>
  act(id, 'responses', { state: answer, request_id: requestId })

export function forgetAlarms(): void {
  state.value = new Map()
  people.clear()
  asked.clear()
  endsRead.clear()
  history = null
}
