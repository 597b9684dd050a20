/** What consoles are told beforehand: drills that are planned, tests of gate devices. */
import { computed, shallowRef } from 'vue'
import { get } from '../lib/http'
import type { DeviceTest, Drill, Page } from '../lib/types'

const tests = shallowRef<readonly DeviceTest[]>([])
const drills = shallowRef<readonly Drill[]>([])

export const plannedTests = computed(() => tests.value)

/** The drills that have not begun, the next one first. */
export const plannedDrills = computed(() =>
  drills.value
    .filter((drill) => drill.state === 'planned')
    .sort((a, b) => Date.parse(a.planned_for) - Date.parse(b.planned_for)),
)

/** Fetch both; a failure leaves what is known until the next news. */
export async function fetchNotices(): Promise<void> {
  try {
    const [devices, planned] = await Promise.all([
      get<{ items: DeviceTest[] }>('/api/device-tests'),
      get<Page<Drill>>('/api/drills'),
    ])
    tests.value = devices.items
    drills.value = planned.items
  } catch {
    return
  }
}

/** Forget everything: the next person at this desk may see less. */
export function forgetNotices(): void {
  tests.value = []
  drills.value = []
}
