/** Pure: the timeline of an alarm as rows of keys and values. */
import type { Alarm, AlarmResponse, Id, Tier, TimelineEntry } from '@/lib/wire'
import type { WordsUnder } from '@/words/keys'
import { type EscalationCall, callsByEntry } from '@/apply/alarm/escalation-calls'
import { otherAlarmOf } from '@/console/alarm/ending/merging'

/** One line of an alarm's course: when, who, and the words for it with the people they name. */
export interface TimelineRow {
  id: Id
  at: string
  /** Whoever acted; null is the platform itself. */
  actor: Id | null
  /** Which sentence of the console's acts tells it; a step of the escalation has its own. */
  words: WordsUnder<'console.act'> | 'called'
  /** Accounts to name in the words, by the words' own names. */
  people: Record<string, Id>
  /** Other values in the words. */
  values: Record<string, string | number>
  /** What somebody wrote. */
  text: string | null
  /** A step of the escalation, in its parts. */
  call: EscalationCall | null
  /** Tiers to name in the words. */
  tiers: Tier[]
  /** Another alarm that the line is about. */
  other: Id | null
  /** The name of a photo that somebody sent. */
  picture: string | null
  clip: string | null
}

/**
 * Write an alarm's course, the newest on top; those told at one moment share a line, and so do those silent at one.
 *
 * `whole` keeps a line for each who was silent and each who was asked instead, with the names, as a report needs them.
 */
export function timelineRows(alarm: Alarm, whole = false): TimelineRow[] {
  const rows: TimelineRow[] = []
  const calls = callsByEntry(alarm)
  const rounds = whole ? new Map<string, TimelineRow>() : roundsOf(alarm)
  let told: { at: string; responses: AlarmResponse[]; row: TimelineRow } | undefined
  for (const entry of alarm.timeline) {
    const call = calls.get(entry.id) ?? null
    if (entry.act === 'called') {
      if (call) rows.push({ ...rowOf(entry, 'called'), call })
      continue
    }
    const response = responseOf(alarm, entry)
    const round = rounds.get(entry.at)
    if (round && inRound(entry, response)) {
      if (!rows.includes(round)) rows.push(round)
      continue
    }
    if (entry.act === 'notified' && response && response.replaces === null) {
      if (told?.at !== entry.at) {
        told = { at: entry.at, responses: [], row: rowOf(entry, 'told') }
        rows.push(told.row)
      }
      told.responses.push(response)
      told.row.values = tierCounts(told.responses)
    } else {
      rows.push(wordsOf(alarm, entry, response))
    }
  }
  return rows.reverse()
}

/** Give one line for each moment at which several were silent: how many, and how many are asked in their stead. */
function roundsOf(alarm: Alarm): Map<string, TimelineRow> {
  const rounds = new Map<string, TimelineRow>()
  const silent = alarm.timeline.filter((entry) => entry.act === 'timed_out')
  for (const entry of silent) {
    const together = silent.filter((other) => other.at === entry.at).length
    if (together === 1 || rounds.has(entry.at)) continue
    const instead = alarm.timeline.filter((other) => other.at === entry.at && other.act === 'notified' && inRound(other, responseOf(alarm, other))).length
    const row = rowOf(entry, instead ? 'silentRound' : 'silentAll')
    row.values = { n: together, m: instead }
    rounds.set(entry.at, row)
  }
  return rounds
}

function inRound(entry: TimelineEntry, response: AlarmResponse | null): boolean {
  if (entry.act === 'timed_out') return true
  return entry.act === 'notified' && response !== null && response.replaces !== null
}

function rowOf(entry: TimelineEntry, words: TimelineRow['words']): TimelineRow {
  return { id: entry.id, at: entry.at, actor: entry.actor_id, words, people: {}, values: {}, text: null, call: null, tiers: [], other: null, picture: null, clip: null }
}

function tierCounts(responses: readonly AlarmResponse[]): Record<string, number> {
  const of = (tier: number): number => responses.filter((response) => response.tier === tier).length
  return { first: of(1), second: of(2), third: of(3) }
}

function responseOf(alarm: Alarm, entry: TimelineEntry): AlarmResponse | null {
  return alarm.responses.find((response) => response.id === entry.facts.response_id) ?? null
}

function wordsOf(alarm: Alarm, entry: TimelineEntry, response: AlarmResponse | null): TimelineRow {
  const row = rowOf(entry, entry.act)
  const subject = (entry.facts.account_id as Id | undefined) ?? response?.account_id
  if (subject && subject !== entry.actor_id) row.people.subject = subject
  row.other = otherAlarmOf(entry.facts, entry.act)
  const write = WRITERS[entry.act]
  write?.(row, entry, alarm, response)
  return row
}

type Writer = (row: TimelineRow, entry: TimelineEntry, alarm: Alarm, response: AlarmResponse | null) => void

/** What a unit says by its link is told in its own name. */
const byUnit: Writer = (row, entry) => {
  row.values.unit = String(entry.facts.name)
}

const byPart: Writer = (row, entry) => {
  row.values.unit = String(entry.facts.name)
  row.values.part = String(entry.facts.part)
}

const WRITERS: Partial<Record<TimelineEntry['act'], Writer>> = {
  raised(row, entry) {
    row.values.label = String(entry.facts.label ?? '')
    if (entry.facts.source === 'console') row.words = 'raisedAtConsole'
    else if (entry.facts.source === 'device') row.words = 'raisedByDevice'
    else if (entry.facts.source === 'drill') row.words = 'raisedAsDrill'
    else if (entry.facts.session_state !== 'active' && entry.facts.session_state !== undefined) row.words = 'raisedSignedOut'
  },
  further_report(row, entry) {
    if (entry.facts.source !== 'device') return
    row.words = 'furtherByDevice'
    row.values.label = String(entry.facts.label ?? '')
  },
  kind_told(row, entry) {
    row.values.kind = String(entry.facts.kind)
  },
  notified(row, _entry, alarm, response) {
    const before = alarm.responses.find((other) => other.id === response?.replaces)
    if (!before?.account_id) return
    row.words = 'instead'
    row.people.before = before.account_id
  },
  on_scene(row, entry) {
    if (typeof entry.facts.off_scene_m !== 'number') return
    row.words = 'onSceneFar'
    row.values.far = entry.facts.off_scene_m
  },
  added(row, entry) {
    if (entry.facts.floor_crossed === true) row.words = 'addedBelowFloor'
  },
  note(row, entry) {
    row.text = String(entry.facts.text ?? '')
  },
  withdrawal(row, entry) {
    row.text = String(entry.facts.text ?? '') || null
  },
  picture(row, entry) {
    row.picture = String(entry.facts.picture)
  },
  clip(row, entry) {
    row.clip = String(entry.facts.clip)
  },
  escalated(row, entry) {
    row.tiers = entry.facts.tiers as Tier[]
  },
  unit_notified: byPart,
  unit_called_again: byUnit,
  unit_part: byPart,
  unit_acknowledged: byUnit,
  unit_on_the_way: byUnit,
  unit_arrived: byUnit,
  resolved(row, entry, alarm) {
    if (row.other !== null) row.words = 'resolvedAsDouble'
    row.values.outcome = String(entry.facts.outcome)
    row.text = alarm.finding
  },
}

export interface Shown {
  name: string
  said: string
  clip: boolean
}

/** The photos and clips among some rows, in their order, with what is said of each. */
export function picturesOf(rows: readonly TimelineRow[], say: (row: TimelineRow) => string): Shown[] {
  return rows.flatMap((row) => {
    const name = row.picture ?? row.clip
    return name ? { name, said: say(row), clip: row.clip !== null } : []
  })
}
