/** Pure: the responders of an alarm by tier, and where each is drawn on the map. */
import type { Alarm, AlarmResponse, Id, Tier } from '@/lib/wire'
import { placeAt, type Place } from '@/apply/places/geo'

/** How one response is drawn: here, here by his own word while his phone is far away, coming, asked, unanswered (in red), or no longer concerned. */
export type ResponseTone = 'on_scene' | 'unproven' | 'responding' | 'notified' | 'unanswered' | 'out'

/** One tier's people with the counts of its heading. */
export interface TierRows {
  tier: Tier
  rows: AlarmResponse[]
  asked: number
}

/** The order in which people matter: who is here, who comes, who is silent. */
export const TONE_ORDER: Record<ResponseTone, number> = { on_scene: 0, unproven: 1, responding: 2, unanswered: 3, notified: 4, out: 5 }

/** Judge a response at `now`: who was asked and has not answered in time is unanswered before the server says so. */
export function responseTone(response: AlarmResponse, now: number): ResponseTone {
  if (response.state === 'on_scene') return response.off_scene ? 'unproven' : 'on_scene'
  if (response.state === 'responding') return 'responding'
  if (response.state === 'timed_out') return 'unanswered'
  if (response.state !== 'notified') return 'out'
  return response.answer_due_at && Date.parse(response.answer_due_at) <= now ? 'unanswered' : 'notified'
}

/** Every tier with everybody asked: those on scene first, then who comes, who is silent, who is out; nearest first. */
export function tierRows(alarm: Alarm, now: number): TierRows[] {
  return alarm.tiers.map(({ tier }) => {
    const rows = alarm.responses
      .filter((response) => response.tier === tier)
      .sort(
        (a, b) =>
          TONE_ORDER[responseTone(a, now)] - TONE_ORDER[responseTone(b, now)] ||
          (a.distance_m ?? 0) - (b.distance_m ?? 0) ||
          a.id - b.id,
      )
    return { tier, rows, asked: rows.length }
  })
}

/** The response that took the place of this one, where there is one. */
export function replacementOf(alarm: Alarm, response: AlarmResponse): AlarmResponse | null {
  return alarm.responses.find((other) => other.replaces === response.id) ?? null
}

/** The response whose place this one took. */
export function replacedBy(alarm: Alarm, response: AlarmResponse): AlarmResponse | null {
  if (response.replaces === null) return null
  return alarm.responses.find((other) => other.id === response.replaces) ?? null
}

/** How many are on scene, how many say so while their phones are far away, and how many are on their way. */
export function strength(alarm: Alarm): { onScene: number; unproven: number; responding: number } {
  const those = (state: AlarmResponse['state']): AlarmResponse[] => alarm.responses.filter((response) => response.state === state)
  const unproven = those('on_scene').filter((response) => response.off_scene).length
  return { onScene: those('on_scene').length - unproven, unproven, responding: those('responding').length }
}

/** A responder on the map: his place, and whether it was moved out on its bearing to stay readable. */
export interface PlacedResponder {
  response: AlarmResponse
  place: Place
  meters: number
}

/**
 * Where to draw each responder around the alarm: at a live fix where one is known, else by bearing and distance.
 *
 * Those nearer than `least` metres (60 px on the screen), or without a bearing, stand around the alarm at that distance,
 * evenly, in the order of their bearings. Who is out of it is not drawn.
 */
export function placeResponders(alarm: Alarm, live: ReadonlyMap<Id | null, Place>, least: number, now: number): PlacedResponder[] {
  const drawn = alarm.responses.filter((response) => responseTone(response, now) !== 'out')
  const around = drawn
    .filter((response) => (response.distance_m ?? 0) < least || bearingOf(response) === null)
    .sort((a, b) => (bearingOf(a) ?? 360) - (bearingOf(b) ?? 360) || a.id - b.id)
  const first = around[0] ? (bearingOf(around[0]) ?? 180) : 0
  return drawn.map((response) => {
    const turn = around.indexOf(response)
    const meters = response.distance_m ?? 0
    const fix = live.get(response.account_id)
    if (turn >= 0) {
      const place = placeAt(alarm, first + (turn * 360) / around.length, Math.max(meters, least))
      return { response, place, meters }
    }
    return { response, place: fix ?? placeAt(alarm, bearingOf(response) ?? 0, meters), meters }
  })
}

/** Rings whose radius is a round distance, two of them, reaching the farthest one that is drawn. */
export function ringMeters(farthest: number): [number, number] {
  const steps = [50, 100, 150, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000]
  const inner = steps.find((step) => step * 2 >= farthest) ?? 5_000
  return [inner, inner * 2]
}

/** The wire's bearing is the responder's way to go, towards the alarm: seen from the alarm he stands opposite. */
function bearingOf(response: AlarmResponse): number | null {
  return response.bearing_deg === null ? null : (response.bearing_deg + 180) % 360
}
