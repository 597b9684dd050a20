import { describe, expect, it } from 'vitest'
import { anAlarm, anEntry, aResponse, id, iso, RAISED } from '../tools/console'
import type { Alarm, TimelineEntry } from '@/lib/wire'
import { wayBetween } from '@/lib/format'
import { metersBetween } from '@/apply/places/geo'
import { axisDots, axisPercent, hasRoomForNow, nowPercent } from '@/console/alarm/timeline/axis'
import { replacedBy, replacementOf, responseTone, strength, ringMeters, placeResponders, tierRows } from '@/console/alarm/responders/responders'
import { acknowledgementFor, asidePresses, byUrgency, calledAgain, inBar, missedTargets, ringing, standingWord } from '@/apply/alarm/ringing'
import { elapsed, targetChip } from '@/console/alarm/responders/targets'
import { handles } from '@/apply/people/permissions'

const at = (seconds: number): number => RAISED + seconds * 1000
const said = (number: number, seconds: number, role: string): TimelineEntry => ({ ...anEntry(number, seconds, 'acknowledged'), facts: { at_console: true, role } })
const tier = (alarm: ReturnType<typeof anAlarm>, index: number) => {
  const found = alarm.tiers[index]
  if (!found) throw new Error('no such tier')
  return found
}

describe('target chips', () => {
  it('are ahead until half the time is left, then soon, then missed', () => {
    const alarm = anAlarm(1)
    expect(targetChip(alarm, tier(alarm, 1), at(60)).tone).toBe('ahead')
    expect(targetChip(alarm, tier(alarm, 1), at(138))).toMatchObject({ tone: 'soon', seconds: 42 })
    expect(targetChip(alarm, tier(alarm, 1), at(180)).tone).toBe('soon')
    expect(targetChip(alarm, tier(alarm, 1), at(192))).toMatchObject({ tone: 'missed', seconds: 12 })
  })

  it('tell when they were met, and whether in time', () => {
    const met = anAlarm(1)
    const first = { ...tier(met, 0), met_at: iso(14), met_by: 5 }
    expect(targetChip(met, first, at(200))).toMatchObject({ tone: 'met', seconds: 14 })
    expect(targetChip(met, { ...first, met_at: iso(75) }, at(200)).tone).toBe('met_late')
  })

  it('stand still once the alarm is resolved', () => {
    const alarm = anAlarm(1, { state: 'resolved', resolved_at: iso(100) })
    expect(elapsed(alarm, at(9_999))).toBe(100_000)
    expect(targetChip(alarm, tier(alarm, 1), at(9_999)).tone).toBe('ended')
  })
})

describe('the time axis', () => {
  it('runs to five and a half minutes and holds later times at its end', () => {
    expect(axisPercent(300)).toBeCloseTo(90.9, 1)
    expect(nowPercent(anAlarm(1), at(4_000))).toBe(100)
  })

  it('gives words only where there is room, to arrivals first', () => {
    const alarm = anAlarm(1, {
      timeline: [anEntry(1, 90, 'responding'), anEntry(2, 96, 'on_scene'), anEntry(3, 20, 'responding')],
    })
    const dots = axisDots(alarm, at(200), [axisPercent(60)], 5)
    expect(dots.map((dot) => [Number(dot.entry.id), dot.label])).toEqual([[1, false], [2, true], [3, true]])
  })

  it('leaves words at the very beginning out while the clock stands beside them', () => {
    const alarm = anAlarm(1, { timeline: [anEntry(1, 0, 'acknowledged')] })
    const [near, far] = [27, 40].map((seconds) => axisDots(alarm, at(seconds), [], 8)[0]?.label)
    // Words of the first moment begin at it, so that they reach twice as far to the right.
    expect([near, far]).toEqual([false, true])
  })

  it('gives the clock words where no target has its own', () => {
    expect(hasRoomForNow(5, [18, 54], 10)).toBe(true)
    expect(hasRoomForNow(20, [18, 54], 10)).toBe(false)
  })

  it('tells answers from the responses where the entries are earlier than those that the alarm carries', () => {
    const alarm = anAlarm(1, {
      timeline: [anEntry(9, 300, 'note')],
      timeline_count: 40,
      responses: [
        aResponse(1, { state: 'on_scene', responded_at: iso(20), on_scene_at: iso(95) }),
        aResponse(2, { state: 'declined', responded_at: iso(30) }),
      ],
    })
    const drawn = (whole: Alarm): [string, string][] => axisDots(whole, at(320), [], 5).map(({ entry }) => [entry.act, entry.at])
    expect(drawn(alarm)).toEqual([['responding', iso(20)], ['on_scene', iso(95)]])
    expect(drawn({ ...alarm, timeline_count: 1 })).toEqual([])
  })

  it('tells an arrival that was said from far away apart', () => {
    const far = { ...anEntry(1, 90, 'on_scene'), facts: { off_scene_m: 340 } }
    expect(axisDots(anAlarm(1, { timeline: [far] }), at(200), [], 5).map((dot) => dot.entry.act)).toEqual(['unproven'])
    const silent = anAlarm(1, { timeline: [anEntry(9, 300, 'note')], timeline_count: 40, responses: [aResponse(1, { state: 'on_scene', on_scene_at: iso(95), off_scene: true })] })
    expect(axisDots(silent, at(320), [], 5).map((dot) => dot.entry.act)).toEqual(['unproven'])
  })

  it('leaves out what came after it and what is no milestone', () => {
    const alarm = anAlarm(1, { timeline: [anEntry(1, 400, 'on_scene'), anEntry(2, 10, 'note')] })
    expect(axisDots(alarm, at(500), [], 5)).toEqual([])
  })
})

describe('responders', () => {
  it('are unanswered from the moment their answer was due', () => {
    const asked = aResponse(1)
    expect(responseTone(asked, at(14))).toBe('notified')
    expect(responseTone(asked, at(15))).toBe('unanswered')
    expect(responseTone({ ...asked, state: 'responding' }, at(40))).toBe('responding')
  })

  it('stand in their tier, those on scene first, everybody listed', () => {
    const alarm = anAlarm(1, {
      responses: [
        aResponse(1, { state: 'declined' }),
        aResponse(2, { state: 'notified', distance_m: 10 }),
        aResponse(3, { state: 'responding', distance_m: 300 }),
        aResponse(4, { state: 'on_scene', distance_m: 900 }),
        aResponse(5, { state: 'responding', distance_m: 100 }),
        aResponse(6, { tier: 3 }),
      ],
    })
    const rows = tierRows(alarm, at(5))
    expect(rows.map((row) => row.rows.map((response) => Number(response.id)))).toEqual([[], [4, 5, 3, 2, 1], [6]])
  })

  it('count apart who says on scene while his phone is far away', () => {
    const far = { state: 'on_scene', off_scene: true, off_scene_m: 340 } as const
    const alarm = anAlarm(1, { responses: [aResponse(1, far), aResponse(2, { state: 'on_scene' }), aResponse(3, { state: 'responding' })] })
    expect(strength(alarm)).toEqual({ onScene: 1, unproven: 1, responding: 1 })
    expect(tierRows(alarm, at(5))[1]?.rows.map((one) => responseTone(one, at(5)))).toEqual(['on_scene', 'unproven', 'responding'])
  })

  it('know who took whose place', () => {
    const gone = aResponse(1, { state: 'timed_out' })
    const came = aResponse(2, { replaces: id(1) })
    const alarm = anAlarm(1, { responses: [gone, came] })
    expect(replacementOf(alarm, gone)?.id).toBe(id(2))
    expect(replacedBy(alarm, came)?.id).toBe(id(1))
  })

  it('are drawn opposite to their way, and moved out when too near', () => {
    const alarm = anAlarm(1, {
      responses: [
        aResponse(1, { bearing_deg: 270, distance_m: 660 }),
        aResponse(2, { bearing_deg: 0, distance_m: 20 }),
        aResponse(3, { state: 'declined' }),
      ],
    })
    const drawn = placeResponders(alarm, new Map(), 150, at(1))
    expect(drawn.map((one) => Number(one.response.id))).toEqual([1, 2])
    const [east, south] = drawn
    expect(east && wayBetween(alarm, east.place).bearingDeg).toBeCloseTo(90, 1)
    expect(east && metersBetween(alarm, east.place)).toBeCloseTo(660, 0)
    expect(south && metersBetween(alarm, south.place)).toBeCloseTo(150, 0)
    expect(south?.meters).toBe(20)
  })

  it('stand evenly around the alarm when all are at its gate', () => {
    const near = [1, 2, 3, 4].map((one) => aResponse(one, { bearing_deg: null, distance_m: 0 }))
    const drawn = placeResponders(anAlarm(1, { responses: near }), new Map(), 150, at(1))
    const bearings = drawn.map((one) => Math.round(wayBetween(anAlarm(1), one.place).bearingDeg))
    expect(bearings).toEqual([180, 270, 0, 90])
  })

  it('lie within two round rings', () => {
    expect(ringMeters(560)).toEqual([300, 600])
    expect(ringMeters(80)).toEqual([50, 100])
  })
})

describe('ringing and taking the screen', () => {
  const acknowledged = anAlarm(2, { timeline: [said(1, 31, 'dispatcher')] })
  const bySchool = anAlarm(3, { timeline: [said(1, 31, 'school_admin')] })
  const numbers = (alarms: Alarm[]): number[] => alarms.map((alarm) => Number(alarm.id))

  it('rings until a console acknowledges, whoever else goes', () => {
    const going = anAlarm(1, { acknowledged_at: iso(14), timeline: [anEntry(1, 14, 'responding')] })
    expect(numbers(ringing([going, acknowledged], 'dispatcher', new Map(), at(20)))).toEqual([1])
  })

  it('rings at the police until police acknowledge, at a school until anybody at a console does', () => {
    for (const role of ['station_officer', 'dispatcher', 'district_admin'] as const) {
      expect(numbers(ringing([acknowledged, bySchool], role, new Map(), at(40)))).toEqual([3])
      expect(standingWord(bySchool, role)).toBe('schoolOnly')
      expect(standingWord(acknowledged, role)).toBe('acknowledged')
    }
    expect(ringing([acknowledged, bySchool], 'school_admin', new Map(), at(40))).toEqual([])
    expect(standingWord(bySchool, 'school_admin')).toBe('acknowledged')
    expect(standingWord(anAlarm(1), 'school_admin')).toBe('unacknowledged')
  })

  it('takes the acknowledgement that counts for who looks, not merely the first', () => {
    const both = anAlarm(4, { timeline: [said(1, 12, 'school_admin'), said(2, 31, 'station_officer')] })
    expect(acknowledgementFor(both, 'dispatcher')?.id).toBe(id(2))
    expect(acknowledgementFor(both, 'school_admin')?.id).toBe(id(1))
    expect(acknowledgementFor(bySchool, 'dispatcher')).toBeNull()
  })

  it('rings again at whoever acknowledged a report without standing once one with standing joins, until he says it anew', () => {
    const lifted = { ...anEntry(2, 40, 'full_standing'), facts: { account_id: id(7), anew: true } }
    const approved = { ...anEntry(2, 40, 'full_standing'), facts: { account_id: id(7) } }
    const joined = anAlarm(6, { timeline: [said(1, 31, 'dispatcher'), lifted] })
    expect(numbers(ringing([joined], 'dispatcher', new Map(), at(40)))).toEqual([6])
    expect(standingWord(joined, 'dispatcher')).toBe('unacknowledged')
    const again = anAlarm(6, { timeline: [...joined.timeline, said(3, 45, 'dispatcher')] })
    expect(acknowledgementFor(again, 'dispatcher')?.id).toBe(id(3))
    expect(standingWord(anAlarm(7, { timeline: [said(1, 31, 'dispatcher'), approved] }), 'dispatcher')).toBe('acknowledged')
  })

  it('is silent while muted and rings again after that', () => {
    const muted = new Map([[id(1), at(30)]])
    expect(ringing([anAlarm(1)], 'dispatcher', muted, at(29))).toEqual([])
    expect(ringing([anAlarm(1)], 'dispatcher', muted, at(30))).toHaveLength(1)
  })

  it('handles first what has waited longest', () => {
    const older = anAlarm(1, { raised_at: iso(-100) })
    const newest = anAlarm(5, { raised_at: iso(10) })
    const ended = anAlarm(4, { state: 'resolved' })
    expect(numbers(byUrgency([acknowledged, older, ended, newest], 'dispatcher'))).toEqual([1, 5, 2])
    expect(numbers(byUrgency([acknowledged, bySchool], 'dispatcher'))).toEqual([3, 2])
  })

  it('lets no crowd of strangers, and no drill, stand before a real one', () => {
    const real = [anAlarm(1, { raised_at: iso(-100) }), anAlarm(6, { raised_at: iso(60) })]
    const strange = [7, 8, 9].map((number) => anAlarm(number, { raised_at: iso(number), full_standing: false }))
    const drill = anAlarm(10, { raised_at: iso(-300), drill: true })
    const ordered = byUrgency([drill, ...strange, acknowledged, ...real], 'dispatcher')
    expect(numbers(ordered)).toEqual([1, 6, 7, 8, 9, 2, 10])
    expect(numbers(inBar(ordered))).toEqual([1, 6, 7, 2, 10])
  })

  it('names each missed target once', () => {
    const alarm = anAlarm(7)
    expect(missedTargets([alarm], at(181))).toEqual(['7/1', '7/2'])
    expect(missedTargets([anAlarm(7, { state: 'resolved' })], at(999))).toEqual([])
  })
})

describe('steps that come again', () => {
  const called = (number: number, seconds: number, cause: string, tier = 2): TimelineEntry => ({
    ...anEntry(number, seconds, 'called'),
    facts: { cause, tier },
  })

  it('are each told once while the alarm is open', () => {
    const timeline = [
      called(1, 0, 'raised'),
      called(2, 90, 'repeated'),
      called(3, 240, 'target_missed'),
      called(4, 600, 'still_open', 3),
      called(5, 610, 'by_console', 3),
      anEntry(6, 620, 'note'),
    ]
    expect(calledAgain([anAlarm(7, { timeline })])).toEqual(['entry/2', 'entry/3', 'entry/4'])
    expect(calledAgain([anAlarm(7, { timeline, state: 'resolved' })])).toEqual([])
  })

  it('leave the moment of a target to the tone of that target', () => {
    const timeline = [called(3, 181, 'target_missed'), called(4, 241, 'target_missed')]
    expect(calledAgain([anAlarm(7, { timeline })])).toEqual(['entry/4'])
  })
})

describe('presses of somebody who is aside', () => {
  const aside = (presses: number, seconds = 0): Alarm['asides'][number] => ({
    account_id: id(100),
    by: id(9),
    at: iso(seconds),
    until: iso(1800),
    presses,
  })
  const keys = (asides: Alarm['asides'], more: Partial<Alarm> = {}): string[] => asidePresses([anAlarm(7, { asides, ...more })], 'dispatcher')

  it('are told once each time he was put aside', () => {
    expect(keys([aside(0)])).toEqual([])
    expect(keys([aside(1)])).toHaveLength(1)
    expect(keys([aside(4)])).toEqual(keys([aside(1)]))
    expect(keys([aside(1, 90)])).not.toEqual(keys([aside(1)]))
    expect(keys([aside(1)], { state: 'resolved' })).toEqual([])
  })

  it('are for the police to hear', () => {
    expect(asidePresses([anAlarm(7, { asides: [aside(1)] })], 'school_admin')).toEqual([])
  })
})

describe('whose an alarm is', () => {
  it('is handled by the school where it is, not by one that has only a further place of it', () => {
    const alarm = anAlarm(1)
    expect(handles({ role: 'school_admin', school_id: alarm.school_id }, alarm)).toBe(true)
    expect(handles({ role: 'school_admin', school_id: id(alarm.school_id + 1) }, alarm)).toBe(false)
    expect(handles({ role: 'station_officer', school_id: null }, alarm)).toBe(true)
  })
})
