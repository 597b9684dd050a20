import { describe, expect, it } from 'vitest'
import { peakAhead, readinessWords } from '@/apply/delivery/readiness'
import { drillsToAnnounce, testKey, testsToAnnounce } from '@/apply/exercise/announcements'
import type { DeviceTest, Drill, Readiness } from '@/lib/wire'
import { aLine, id, iso, RAISED } from '../tools/console'

const HOUR = 3_600
const DAY = 24 * HOUR
const NOBODY_LOOKED: ReadonlySet<string> = new Set()

const aTest = (number: number, from: number, changes: Partial<DeviceTest> = {}): DeviceTest => ({
  id: id(number),
  station_id: null,
  starts_at: iso(from),
  ends_at: iso(from + 2 * HOUR),
  announced_at: iso(-DAY),
  planned_by: id(9),
  cancelled_at: null,
  ...changes,
})

describe('tests of devices', () => {
  const told = (tests: DeviceTest[], looked = NOBODY_LOOKED): number[] => testsToAnnounce(tests, looked, RAISED).map((test) => Number(test.id))

  it('are told from their announcement until somebody here has looked, however far ahead', () => {
    const far = aTest(1, 20 * DAY)
    expect(told([far])).toEqual([1])
    expect(told([far], new Set([testKey(far)]))).toEqual([])
  })

  it('are told on the day before and while they run, looked at or not', () => {
    const [near, running] = [aTest(1, 23 * HOUR), aTest(2, -HOUR)]
    expect(told([near, running], new Set([testKey(near), testKey(running)]))).toEqual([1, 2])
  })

  it('are not told once they are over or called off', () => {
    expect(told([aTest(1, -3 * HOUR), aTest(2, DAY, { cancelled_at: iso(0) })])).toEqual([])
  })

  it('are other tests where another database gives the same number', () => {
    expect(testKey(aTest(1, DAY))).not.toBe(testKey(aTest(1, DAY, { announced_at: iso(5) })))
  })
})

describe('drills', () => {
  const aDrill = (number: number, at: number, notice = true): Drill => ({ id: id(number), notice, planned_for: iso(at), state: 'planned' }) as Drill

  it('are told on the day before, where they are announced at all', () => {
    const drills = [aDrill(1, HOUR), aDrill(2, HOUR, false), aDrill(3, 2 * DAY)]
    expect(drillsToAnnounce(drills, RAISED).map((drill) => Number(drill.id))).toEqual([1])
  })
})

describe('readiness', () => {
  it('is told while check-in is open at any post and its peak has not begun', () => {
    expect(peakAhead([aLine(1), aLine(2, {}, { phase: 'opening' })])).toBe(true)
    expect(peakAhead([aLine(1), aLine(2, {}, { phase: 'off' })])).toBe(false)
  })

  it('says every count with its whole', () => {
    const counts: Readiness['counts'] = [
      { lack: 'guards', missing: 2, of: 21 },
      { lack: 'posts', missing: 0, of: 3 },
      { lack: 'stations', missing: 1, of: 2 },
    ]
    expect(readinessWords(counts)).toEqual({ guards: '2/21', posts: '0/3', stations: '1/2' })
  })
})
