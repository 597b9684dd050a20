/** The drills that are planned and the tests of gate devices, as consoles hear of them. */
import { computed, shallowRef } from 'vue'
import { testKey } from '@/apply/exercise/announcements'
import { get } from '@/lib/http'
import type { DeviceTest, Drill, Page } from '@/lib/wire'

const LOOKED_KEY = 'huxue.tests-looked-at'
const tests = shallowRef<readonly DeviceTest[]>([])
const drills = shallowRef<readonly Drill[]>([])
const looked = shallowRef<ReadonlySet<string>>(recalled())

export const plannedTests = computed(() => tests.value)

/** Which tests somebody at this console has looked at, by `testKey`. */
export const testsLookedAt = computed(() => looked.value)

/** The drills that have not begun, the next one first. */
export const plannedDrills = computed(() =>
  drills.value
    .filter((drill) => drill.state === 'planned')
    .sort((a, b) => Date.parse(a.planned_for) - Date.parse(b.planned_for)),
)

/** Fetch both; a failure leaves what is known until the next news. */
export async function fetchPlanned(): Promise<void> {
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

/** Take the tests that are known now for looked at: they stand on the page that is open at this console. */
export function lookAtTests(): void {
  if (tests.value.every((test) => looked.value.has(testKey(test)))) return
  looked.value = new Set(tests.value.map(testKey))
  try {
    localStorage.setItem(LOOKED_KEY, JSON.stringify([...looked.value]))
  } catch {
    // Private windows may refuse to store: after a reload they are told once more.
  }
}

function recalled(): ReadonlySet<string> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(LOOKED_KEY) ?? '[]')
    return new Set(Array.isArray(kept) ? kept.map(String) : [])
  } catch {
    return new Set()
  }
}

/** Forget everything: the next person at this desk may see less. */
export function forgetPlanned(): void {
  tests.value = []
  drills.value = []
}
