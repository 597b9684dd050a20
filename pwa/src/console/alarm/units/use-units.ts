/** The units and joint plans of the district, loaded and changed. */
import { computed, ref, shallowRef, type ComputedRef, type Ref } from 'vue'
import { get } from '@/lib/http'
import type { Id, JointPlan, Page, Unit } from '@/lib/wire'

/** Units and plans of the district, whole: a district has dozens of them, not thousands. */
export interface UnitLists {
  units: Ref<Unit[]>
  archived: Ref<Unit[]>
  plans: Ref<JointPlan[]>
  /** Any unit by its number, archived ones too: an older plan may still name one. */
  byId: ComputedRef<Map<Id, Unit>>
  asked: Ref<boolean>
  problem: Ref<unknown>
  load: () => Promise<void>
}

const MOST_PAGES = 20

async function all<T>(path: string, query: Record<string, string> = {}): Promise<T[]> {
  const items: T[] = []
  let cursor: Id | null = null
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const found: Page<T> = await get<Page<T>>(path, { query: { ...query, cursor, limit: 100 } })
    items.push(...found.items)
    cursor = found.next
    if (cursor === null) break
  }
  return items
}

/** Make the lists; nothing is asked before `load`. */
export function useUnits(): UnitLists {
  const units = shallowRef<Unit[]>([])
  const archived = shallowRef<Unit[]>([])
  const plans = shallowRef<JointPlan[]>([])
  const asked = ref(false)
  const problem = shallowRef<unknown>(null)

  async function load(): Promise<void> {
    problem.value = null
    try {
      const [inUse, putAway, known] = await Promise.all([
        all<Unit>('/api/units'),
        all<Unit>('/api/units', { archived: 'true' }),
        all<JointPlan>('/api/joint-plans'),
      ])
      units.value = inUse
      archived.value = putAway
      plans.value = known
      asked.value = true
    } catch (error) {
      problem.value = error
    }
  }

  const byId = computed(() => new Map([...units.value, ...archived.value].map((unit) => [unit.id, unit])))
  return { units, archived, plans, byId, asked, problem, load }
}

/** Tell whether a text message can reach a telephone: mobile numbers alone. */
export function takesMessages(telephone: string): boolean {
  return /^1\d{10}$/u.test(telephone)
}

/** Put plans in the order in which they win: school and kind, school, kind, any. */
export function plansInOrder(plans: readonly JointPlan[]): JointPlan[] {
  const rank = (plan: JointPlan): number => (plan.school_id === null ? 2 : 0) + (plan.kind === null ? 1 : 0)
  return [...plans].sort((a, b) => rank(a) - rank(b) || (a.school_id ?? 0) - (b.school_id ?? 0) || a.id - b.id)
}
