/** Pure: which drills and tests of gate devices a console is told of beforehand, and until when. */
import type { DeviceTest, Drill } from '@/lib/wire'
import { testPhase } from './test-phase'

const AHEAD_MS = 86_400_000

const isNear = (at: string, now: number): boolean => Date.parse(at) - now < AHEAD_MS

/** What tells a test of devices from every other, those of an older database too. */
export function testKey(test: DeviceTest): string {
  return `${test.id}@${test.announced_at}`
}

/** Tests to announce: a new one until it has been looked at here, each on the day before, and while it runs. */
export function testsToAnnounce(tests: readonly DeviceTest[], looked: ReadonlySet<string>, now: number): DeviceTest[] {
  return tests.filter(
    (test) => ['ahead', 'running'].includes(testPhase(test, now)) && (isNear(test.starts_at, now) || !looked.has(testKey(test))),
  )
}

/** Drills to announce; one without notice stays off the screen that the whole room sees. */
export function drillsToAnnounce(drills: readonly Drill[], now: number): Drill[] {
  return drills.filter((drill) => drill.notice && isNear(drill.planned_for, now))
}
