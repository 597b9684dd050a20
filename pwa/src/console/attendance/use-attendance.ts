/** Which figures are shown stands in the address, so that it can be kept and sent on; and the figures themselves. */
import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { useRoute, useRouter, type LocationQueryRaw, type RouteLocationRaw } from 'vue-router'
import { daysOfMonth } from '@/apply/attendance/rates'
import { toLocal } from '@/console/core/local-time'
import { useMeasures } from '@/console/core/use-measures'
import { get } from '@/lib/http'
import type { Attendance, Id, PeakRowsWanted } from '@/lib/wire'
import { now } from '@/state/core/clock'

export type GroupedBy = 'post' | 'school'

export interface Chosen {
  since: string
  until: string
  peak: string | null
  by: GroupedBy
  /** The rows that are open, of which school or post. */
  rows: PeakRowsWanted | 'all' | null
  school: Id | null
  post: Id | null
}

interface UseAttendance {
  chosen: ComputedRef<Chosen>
  found: Ref<Attendance | null>
  problem: Ref<unknown>
  load: () => Promise<void>
  choose: (change: Partial<Chosen>) => void
  linkTo: (change: Partial<Chosen>) => RouteLocationRaw
}

const DAY = /^\d{4}-\d\d-\d\d$/

export function useAttendance(): UseAttendance {
  const route = useRoute()
  const router = useRouter()
  const { zone } = useMeasures()
  const found = shallowRef<Attendance | null>(null)
  const problem = shallowRef<unknown>(null)
  const thisMonth = daysOfMonth(toLocal(now.value, zone()).slice(0, 7))

  const text = (name: string): string | null => {
    const value = route.query[name]
    return typeof value === 'string' && value ? value : null
  }
  const day = (name: string, otherwise: string): string => {
    const value = text(name)
    return value && DAY.test(value) ? value : otherwise
  }
  const chosen = computed<Chosen>(() => ({
    since: day('since', thisMonth[0]),
    until: day('until', thisMonth[1]),
    peak: text('peak'),
    by: text('by') === 'post' ? 'post' : 'school',
    rows: text('rows') as Chosen['rows'],
    school: Number(text('school')) || null,
    post: Number(text('post')) || null,
  }))

  function linkTo(change: Partial<Chosen>): RouteLocationRaw {
    const query: LocationQueryRaw = {}
    for (const [name, value] of Object.entries({ ...chosen.value, ...change })) if (value !== null) query[name] = String(value)
    return { query }
  }

  async function load(): Promise<void> {
    problem.value = null
    const { since, until, peak } = chosen.value
    // Other days may be chosen before the answer comes.
    const isWanted = (): boolean => since === chosen.value.since && until === chosen.value.until && peak === chosen.value.peak
    try {
      const answer = await get<Attendance>('/api/attendance', { query: { since, until, peak } })
      if (isWanted()) found.value = answer
    } catch (error) {
      if (isWanted()) problem.value = error
    }
  }

  watch(() => [chosen.value.since, chosen.value.until, chosen.value.peak].join(), load, { immediate: true })
  return { chosen, found, problem, load, linkTo, choose: (change) => void router.replace(linkTo(change)) }
}
