/** The list that is being brought in: sent, asked after while a worker is at it, decided. */
import { computed, onBeforeUnmount, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { get, newRequestId, post } from '@/lib/http'
import type { Category, GuardImport } from '@/lib/wire'

const ASKS_EVERY_MS = 1_000
const SENT_WITHIN_MS = 70_000
const UNDER_WAY: readonly GuardImport['state'][] = ['reading', 'taking', 'undoing']
const ENDED = ['failed', 'cancelled']

export interface ImportDesk {
  list: ShallowRef<GuardImport | null>
  busy: Ref<boolean>
  problem: ShallowRef<unknown>
  /** Whether a worker is at it. */
  working: ComputedRef<boolean>
  /** Send a file, or lines that were pasted, of people of a category. */
  send: (content: Blob, called: string, pastedAs?: Category) => Promise<void>
  decide: (how: 'taking' | 'dismissal') => Promise<void>
  retry: () => Promise<void>
}

/** A worker is at a list unless its job has ended. */
function isWorking(list: GuardImport | null): boolean {
  return list !== null && UNDER_WAY.includes(list.state) && !(list.state === 'reading' && ENDED.includes(list.job?.state ?? ''))
}

/** Go on with the newest list of mine, or wait for one. */
export function useImport(): ImportDesk {
  const list = shallowRef<GuardImport | null>(null)
  const busy = ref(false)
  const problem = shallowRef<unknown>(null)
  const working = computed(() => isWorking(list.value))
  let again: (() => Promise<void>) | null = null

  async function run(ask: () => Promise<GuardImport | null>): Promise<void> {
    if (busy.value) return
    again = () => run(ask)
    busy.value = true
    problem.value = null
    try {
      list.value = await ask()
    } catch (error) {
      problem.value = error
    } finally {
      busy.value = false
    }
  }

  async function look(): Promise<void> {
    const mine = list.value
    if (mine === null || busy.value || !working.value) return
    try {
      const found = await get<GuardImport>(`/api/guard-imports/${mine.id}`)
      // A press meanwhile has the newer answer.
      if (list.value === mine) list.value = found
    } catch {
      // Asked again in a second.
    }
  }

  const timer = window.setInterval(() => void look(), ASKS_EVERY_MS)
  onBeforeUnmount(() => window.clearInterval(timer))
  void run(async () => {
    const newest = (await get<{ items: GuardImport[] }>('/api/guard-imports')).items[0] ?? null
    return newest !== null && (isWorking(newest) || newest.state === 'ready') ? newest : null
  })

  return {
    list,
    busy,
    problem,
    working,
    send(content, called, pastedAs) {
      const query = { request_id: newRequestId(), called, pasted_as: pastedAs }
      return run(() => post<GuardImport>('/api/guard-imports', content, { query, timeoutMs: SENT_WITHIN_MS }))
    },
    decide(how) {
      const path = `/api/guard-imports/${list.value!.id}/${how}`
      const body = { request_id: newRequestId() }
      return run(() => post<GuardImport>(path, body))
    },
    retry: () => again?.() ?? Promise.resolve(),
  }
}
