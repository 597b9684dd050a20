/** Pure: how far a test of gate devices has come. */
import type { DeviceTest } from '@/lib/wire'

/** How far a test of devices has come. */
export type TestPhase = 'cancelled' | 'ahead' | 'running' | 'over'

/** Tell a test's phase at a time (ms). */
export function testPhase(test: DeviceTest, now: number): TestPhase {
  if (test.cancelled_at) return 'cancelled'
  if (now < Date.parse(test.starts_at)) return 'ahead'
  return now <= Date.parse(test.ends_at) ? 'running' : 'over'
}
