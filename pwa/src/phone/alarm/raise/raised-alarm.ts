/** What is known of the press of the button: from this phone's queue, or from the server when another phone was used. */
import type { Entry } from '@/lib/outbox'
import type { Alarm, Fix } from '@/lib/wire'
import { atServer } from '@/state/core/clock'

export interface RaisedAlarm {
  /** Milliseconds since 1970, in server time: what is read out to the police must be right. */
  at: number
  deliveredAt: number | null
  attempts: number
  refusal: Entry['refusal']
  refused: boolean
  place: string
  fix: Fix | null
}

/** The press as this phone keeps it. */
export function raisedFromEntry(entry: Entry): RaisedAlarm {
  return {
    at: atServer(entry.createdAt),
    deliveredAt: entry.deliveredAt && atServer(entry.deliveredAt),
    attempts: entry.attempts,
    refusal: entry.refusal,
    refused: entry.state === 'refused',
    place: entry.note.place ?? '',
    fix: (entry.body.fix as Fix | null | undefined) ?? null,
  }
}

/** The press as the server has it. */
export function raisedFromAlarm(alarm: Alarm): RaisedAlarm {
  const at = Date.parse(alarm.raised_at)
  return { at, deliveredAt: at, attempts: 1, refusal: null, refused: false, place: alarm.place_name, fix: null }
}
