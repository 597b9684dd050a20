import { describe, expect, it } from 'vitest'
import { anAlarm, anEntry, aResponse, id, iso, RAISED } from './fixtures'
import { wayBetween } from '../../src/lib/format'
import { metersBetween } from '../../src/console/map/geo'
import { axisDots, axisPercent, hasRoomForNow, nowPercent } from '../../src/console/alarms/axis'
import { replacedBy, replacementOf, responseTone, ringMeters, standings, tierRows } from '../../src/console/alarms/responders'
import { byUrgency, missedTargets, ringing, takeover } from '../../src/console/alarms/ringing'
import { elapsed, targetChip } from '../../src/console/alarms/targets'

const at = (seconds: number): number => RAISED + seconds * 1000
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

  it('gives the clock words where no target has its own', () => {
    expect(hasRoomForNow(5, [18, 54], 10)).toBe(true)
    expect(hasRoomForNow(20, [18, 54], 10)).toBe(false)
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
    const drawn = standings(alarm, new Map(), 150, at(1))
    expect(drawn.map((one) => Number(one.response.id))).toEqual([1, 2])
    const [east, south] = drawn
    expect(east && wayBetween(alarm, east.place).bearingDeg).toBeCloseTo(90, 1)
    expect(east && metersBetween(alarm, east.place)).toBeCloseTo(660, 0)
    expect(south && metersBetween(alarm, south.place)).toBeCloseTo(150, 0)
    expect(south?.meters).toBe(20)
  })

  it('stand evenly around the alarm when all are at its gate', () => {
    const near = [1, 2, 3, 4].map((one) => aResponse(one, { bearing_deg: null, distance_m: 0 }))
    const drawn = standings(anAlarm(1, { responses: near }), new Map(), 150, at(1))
    const bearings = drawn.map((one) => Math.round(wayBetween(anAlarm(1), one.place).bearingDeg))
    expect(bearings).toEqual([180, 270, 0, 90])
  })

  it('lie within two round rings', () => {
    expect(ringMeters(560)).toEqual([300, 600])
    expect(ringMeters(80)).toEqual([50, 100])
  })
})

describe('ringing and taking the screen', () => {
  const acknowledged = anAlarm(2, { timeline: [anEntry(1, 31, 'acknowledged')] })

  it('rings until a console acknowledges, whoever else goes', () => {
    const going = anAlarm(1, { acknowledged_at: iso(14), timeline: [anEntry(1, 14, 'responding')] })
    expect(ringing([going, acknowledged], new Map(), at(20)).map((alarm) => Number(alarm.id))).toEqual([1])
  })

  it('is silent while muted and rings again after that', () => {
    const muted = new Map([[id(1), at(30)]])
    expect(ringing([anAlarm(1)], muted, at(29))).toEqual([])
    expect(ringing([anAlarm(1)], muted, at(30))).toHaveLength(1)
  })

  it('handles the newest unacknowledged first', () => {
    const older = anAlarm(1, { raised_at: iso(-100) })
    const newest = anAlarm(3, { raised_at: iso(10) })
    const ended = anAlarm(4, { state: 'resolved' })
    expect(byUrgency([acknowledged, older, ended, newest]).map((alarm) => Number(alarm.id))).toEqual([3, 1, 2])
  })

  it('never takes the screen from somebody who is typing', () => {
    expect(takeover(anAlarm(1), null, false)).toBe('show')
    expect(takeover(anAlarm(1), null, true)).toBe('bar')
    expect(takeover(anAlarm(1), id(1), false)).toBe('nothing')
    expect(takeover(acknowledged, null, false)).toBe('nothing')
  })

  it('names each missed target once', () => {
    const alarm = anAlarm(7)
    expect(missedTargets([alarm], at(181))).toEqual(['7/1', '7/2'])
    expect(missedTargets([anAlarm(7, { state: 'resolved' })], at(999))).toEqual([])
  })
})
