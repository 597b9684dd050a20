import { describe, expect, it } from 'vitest'
import { testPhase } from '@/apply/exercise/test-phase'
import { fromLocal, toLocal } from '@/console/core/local-time'
import { drawingOf } from '@/console/alarm/report/movements'
import { countMessages } from '@/console/alarm/report/message-counts'
import type { AlarmReport, DeviceTest } from '@/lib/wire'

const ZONES = ['Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns', 'UTC']

describe('a local time', () => {
  it('is the district’s, whatever the machine’s zone', () => {
    expect(toLocal(Date.parse('2026-11-22T23:30:00Z'), 'Asia/Shanghai')).toBe('2026-11-23T07:30')
    expect(fromLocal('2026-11-23T07:30', 'Asia/Shanghai')).toBe('2026-11-22T23:30:00.000Z')
  })

  it('comes back as it went, also around a change of the clocks', () => {
    for (const zone of ZONES) {
      for (let hour = 0; hour < 24 * 366; hour += 13) {
        const at = Date.UTC(2026, 0, 1, hour)
        const back = fromLocal(toLocal(at, zone), zone)
        // The hour that comes twice in autumn may come back as either.
        expect(back).not.toBeNull()
        expect(toLocal(Date.parse(back!), zone)).toBe(toLocal(at, zone))
      }
    }
  })

  it('is nothing where nothing was typed', () => {
    expect(fromLocal('', 'Asia/Shanghai')).toBeNull()
  })
})

describe('a test of devices', () => {
  const test = { starts_at: '2026-11-23T01:00:00Z', ends_at: '2026-11-23T02:00:00Z', cancelled_at: null } as DeviceTest
  it('is ahead, running, over or cancelled', () => {
    const at = (time: string): number => Date.parse(`2026-11-23T${time}Z`)
    expect(testPhase(test, at('00:59:59'))).toBe('ahead')
    expect(testPhase(test, at('01:00:00'))).toBe('running')
    expect(testPhase(test, at('02:00:00'))).toBe('running')
    expect(testPhase(test, at('02:00:01'))).toBe('over')
    expect(testPhase({ ...test, cancelled_at: test.starts_at }, at('01:30:00'))).toBe('cancelled')
  })
})

describe('the drawing of movements', () => {
  const place = { latitude: 31.88, longitude: 117.25 }
  const report = (points: { latitude: number; longitude: number }[]): AlarmReport =>
    ({ place, alarm: place, movements: [{ account_id: 1, points }] }) as unknown as AlarmReport

  it('holds every place, the post and the alarm, however far they are', () => {
    for (const far of [0, 0.0001, 0.001, 0.01, 0.03]) {
      const points = [
        { latitude: place.latitude + far, longitude: place.longitude - 2 * far },
        { latitude: place.latitude - far, longitude: place.longitude + far },
      ]
      const drawing = drawingOf(report(points), 1.6)
      for (const { x, y } of [{ x: 0, y: 0 }, drawing.alarm, ...drawing.tracks.flatMap((track) => track.spots)]) {
        expect(x).toBeGreaterThan(drawing.left)
        expect(x).toBeLessThan(drawing.left + drawing.width)
        expect(y).toBeGreaterThan(drawing.top)
        expect(y).toBeLessThan(drawing.top + drawing.height)
      }
      expect(drawing.width / drawing.height).toBeCloseTo(1.6)
      expect(drawing.scale).toBeLessThan(drawing.width / 2)
    }
  })

  it('measures in metres', () => {
    const [spot] = drawingOf(report([{ latitude: place.latitude + 0.001, longitude: place.longitude }]), 1.6).tracks[0]!.spots
    expect(spot!.y).toBeCloseTo(-111.2, 0)
    expect(spot!.x).toBeCloseTo(0)
  })
})

describe('the messages of a report', () => {
  const message = (account: number | null, channel: string, tier: number | null, state: string, second = 0): AlarmReport['told'][number] =>
    ({ account_id: account, channel, tier, state, reason: null, created_at: `2026-11-22T23:36:0${second}Z`, sent_at: null, delivered_at: null }) as AlarmReport['told'][number]

  it('are counts by tier and channel, with the names of those whom none reached', () => {
    const folded = countMessages([
      message(1, 'socket', 1, 'delivered'),
      message(1, 'sms', 1, 'failed', 2),
      message(2, 'socket', 1, 'failed'),
      message(2, 'sms', 1, 'failed', 5),
      message(3, 'sms', 2, 'sent'),
      message(null, 'chat', null, 'delivered'),
    ])
    expect(folded.map((one) => [one.tier, one.people, one.unreached])).toEqual([[1, [1, 2], [2]], [2, [3], []], [null, [], []]])
    expect(folded[0]?.channels).toEqual([{ channel: 'socket', n: 2, delivered: 1, failed: 1 }, { channel: 'sms', n: 2, delivered: 0, failed: 2 }])
    expect([folded[0]?.from, folded[0]?.to]).toEqual(['2026-11-22T23:36:00Z', '2026-11-22T23:36:05Z'])
  })

  it('are no list that grows: a thousand of them are one line of each channel', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => message(i % 24, i % 2 ? 'sms' : 'socket', 2, 'delivered'))
    expect(countMessages(many).flatMap((one) => one.channels)).toHaveLength(2)
    expect(countMessages([])).toEqual([])
  })
})
