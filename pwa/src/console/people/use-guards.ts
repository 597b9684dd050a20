/** The list of guards by status and name, page by page. */
import { ref, shallowRef, type Ref } from 'vue'
import { get } from '@/lib/http'
import type { AccountStatus, Category, Guard, Id, Page } from '@/lib/wire'
import { steadyList } from './steady-list'

/** A list of guards that grows page by page, and starts anew for another question. */
export interface GuardList {
  guards: Ref<Guard[]>
  next: Ref<Page<Guard>['next']>
  asked: Ref<boolean>
  busy: Ref<boolean>
  problem: Ref<unknown>
  /** Ask from the beginning; `quietly` keeps what is shown until the answer is there, and who was decided after it. */
  restart: (quietly?: boolean) => Promise<void>
  more: () => Promise<void>
  /** Somebody is about to be decided: his row stays where it is, whatever comes first, news or the answer. */
  hold: (guard: Guard) => void
  replace: (guard: Guard) => void
}

/** What the list is narrowed to beside status and name. */
export interface GuardFilter {
  category: Category | null
  school: Id | null
  neverServed: boolean
  /** Away on this day, as the district has it. */
  awayOn: string | null
}

/** What the list is narrowed to, as the server and the page of exports are asked; what is not chosen is left out. */
export function queryOf(only: GuardFilter): Record<string, string> {
  const asked = { category: only.category, school_id: only.school, never_served: only.neverServed || null, away_on: only.awayOn }
  return Object.fromEntries(Object.entries(asked).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])))
}

/** Make the list for a status, a name and what else it is narrowed to. */
export function useGuards(status: Ref<AccountStatus>, name: Ref<string>, only: Ref<GuardFilter>): GuardList {
  const guards = shallowRef<Guard[]>([])
  const next = shallowRef<Page<Guard>['next']>(null)
  const asked = ref(false)
  const busy = ref(false)
  const problem = shallowRef<unknown>(null)
  const held = new Set<Guard['id']>()
  let turn = 0

  async function page(from: Page<Guard>['next']): Promise<void> {
    turn += 1
    const mine = turn
    busy.value = true
    problem.value = null
    try {
      const query = { status: status.value, name: name.value.trim() || null, ...queryOf(only.value), cursor: from }
      const found = await get<Page<Guard>>('/api/guards', { query })
      // A later question has been asked meanwhile: this answer is no longer wanted.
      if (mine !== turn) return
      const before = guards.value
      guards.value = from === null ? steadyList(before, found.items, (one) => held.has(one.id) || one.status !== status.value) : [...before, ...found.items]
      next.value = found.next
      asked.value = true
    } catch (error) {
      if (mine === turn) problem.value = error
    } finally {
      if (mine === turn) busy.value = false
    }
  }

  return {
    guards,
    next,
    asked,
    busy,
    problem,
    async restart(quietly = false) {
      if (!quietly) {
        guards.value = []
        held.clear()
        next.value = null
        asked.value = false
      }
      await page(null)
    },
    more: () => page(next.value),
    hold: (guard) => void held.add(guard.id),
    // The decided one stays in its place with its new state until another list is asked for.
    replace(guard) {
      guards.value = guards.value.map((one) => (one.id === guard.id ? guard : one))
    },
  }
}
