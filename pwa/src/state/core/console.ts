/** What the console knows: the ground, the line of each post, the alarms. Loaded once, then moved on by the feed. */
import { computed, ref, shallowRef } from 'vue'
import { alarmsFrom, applyAlarm, applyAlarms, type Alarms } from '@/apply/alarm/alarms'
import { applyCoverage, coverageFrom, type CoverageByPost } from '@/apply/duty/coverage'
import { postView, type PostView } from '@/apply/duty/post-view'
import { get } from '@/lib/http'
import type { Alarm, AlarmList, Coverage, Cursor, District, DutyAnswered, FeedEvent } from '@/lib/wire'
import { holdReload } from '@/lib/service-worker'
import { forgetNames } from '@/state/alarm/names'
import { startFeed, stopFeed } from './feed'
import { loadSession, session } from '@/state/people/session'
import { takeTestEvents } from '@/state/delivery/receipts'
import { takeJobEvents } from './jobs'

/** Two beats missed and a little more is a lost line; the server says how often it beats. */
const MISSED_BEATS = 2.7
const POLL_INTERVAL_MS = 2_000
const MOST_ALARM_PAGES = 10
const NOTICES: ReadonlySet<FeedEvent['name']> = new Set(['drill.changed', 'device_test.changed'])

const ground = shallowRef<District | null>(null)
const lines = shallowRef<CoverageByPost>(new Map())
const known = shallowRef<Alarms>(new Map())
const error = shallowRef<unknown>(null)
const ready = ref(false)
const guardsChanged = ref(0)
const noticesChanged = ref(0)
const rostersPublished = ref(0)
const placesChanged = ref(0)
const answered = shallowRef<readonly DutyAnswered[]>([])

export const district = computed(() => ground.value)
export const alarms = computed(() => known.value)
export const loadError = computed(() => error.value)

holdReload(() => [...known.value.values()].some((alarm) => alarm.state === 'open'))

/** True once the first full fetch has come: until then posts are drawn grey and counters as dashes. */
export const loaded = computed(() => ready.value)

/** Rises each time somebody's approval changes, so that a list of guards can look again. */
export const guardNews = computed(() => guardsChanged.value)

/** Rises each time a school's week was published, so that a page of it can look again. */
export const rosterNews = computed(() => rostersPublished.value)

/** Rises each time a station, school or post was changed, so that a list of them can look again. */
export const placeNews = computed(() => placesChanged.value)
/** What people answered about their duties with the last news, so that a week in sight can take it in. */
export const answerNews = computed(() => answered.value)

/** Rises each time a drill or a test of devices was planned, moved on or called off. */
export const noticeNews = computed(() => noticesChanged.value)

/** Every post in scope with its line. */
export const posts = computed<PostView[]>(() =>
  (ground.value?.posts ?? []).map((post) => postView(post, lines.value.get(post.id) ?? null)),
)

export const coverageByPost = computed(() => lines.value)

const places = computed(() => new Map((ground.value?.posts ?? []).map((post) => [post.id, post])))
const stationNames = computed(() => new Map((ground.value?.stations ?? []).map((one) => [one.id, one.name])))

/** Find a post in scope by its id. */
export function postById(id: Alarm['post_id'] | null): District['posts'][number] | null {
  return (id !== null && places.value.get(id)) || null
}

/** Name a station; empty where it is out of scope. */
export function stationName(id: Alarm['station_id'] | null): string {
  return (id !== null && stationNames.value.get(id)) || ''
}

/** Load the console's state and follow the news until `stopConsole`. */
export function startConsole(): void {
  startFeed({
    saysHidden: false,
    fetchAll,
    apply,
    heartbeatTimeoutMs: () => (session.me?.settings.heartbeat_s ?? 3) * 1000 * MISSED_BEATS,
    pollIntervalMs: () => POLL_INTERVAL_MS,
  })
}

/** Stop the news and forget everything: the next person at this desk may see less. */
export function stopConsole(): void {
  stopFeed()
  ground.value = null
  lines.value = new Map()
  known.value = new Map()
  ready.value = false
  error.value = null
}

/** Take an alarm that an answer of the server carried: the acting console need not wait for its own event. */
export function takeAlarm(alarm: Alarm): void {
  known.value = applyAlarm(known.value, alarm)
}

async function fetchAll(): Promise<Cursor> {
  try {
    // Not the first time: another database, or another role or scope. Who am I here now, and what is mine?
    if (ready.value) await askAgain()
    const [where, coverage, open] = await Promise.all([
      get<District>('/api/district'),
      get<Coverage>('/api/coverage', { keep: true }),
      openAlarms(),
    ])
    ground.value = where
    lines.value = coverageFrom(coverage.posts)
    known.value = alarmsFrom(open.items)
    ready.value = true
    error.value = null
    // The older of two cursors: hearing an event twice changes nothing, missing one would.
    return { epoch: coverage.epoch, last: Math.min(coverage.last, open.last) }
  } catch (problem) {
    error.value = problem
    throw problem
  }
}

async function askAgain(): Promise<void> {
  await loadSession()
  forgetNames()
}

async function openAlarms(): Promise<AlarmList> {
  const first = await get<AlarmList>('/api/alarms', { query: { state: 'open' } })
  const items = [...first.items]
  let next = first.next
  for (let page = 1; next !== null && page < MOST_ALARM_PAGES; page += 1) {
    const more: AlarmList = await get<AlarmList>('/api/alarms', { query: { state: 'open', cursor: next } })
    items.push(...more.items)
    next = more.next
  }
  return { ...first, items }
}

/** The ground changed: it is read anew, and who lists places looks again. */
async function placesNews(): Promise<void> {
  placesChanged.value += 1
  try {
    const where = await get<District>('/api/district')
    if (ready.value) ground.value = where
  } catch {
    // A line that is lost brings all of it when it is back.
  }
}

function apply(events: FeedEvent[]): void {
  lines.value = applyCoverage(lines.value, events)
  known.value = applyAlarms(known.value, events)
  takeTestEvents(events)
  takeJobEvents(events)
  if (events.some((event) => event.name === 'guard.changed')) guardsChanged.value += 1
  if (events.some((event) => event.name === 'roster.published')) rostersPublished.value += 1
  if (events.some((event) => event.name === 'places.changed')) void placesNews()
  const answers = events.flatMap((event) => (event.name === 'duty.answered' ? [event.data] : []))
  if (answers.length) answered.value = answers
  if (events.some((event) => NOTICES.has(event.name))) noticesChanged.value += 1
}
