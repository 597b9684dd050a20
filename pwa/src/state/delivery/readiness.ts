/** What would be missing at the coming peak, and whose sign-in was held back: what a console looks at before it. */
import { computed, shallowRef } from 'vue'
import { get } from '@/lib/http'
import type { HeldBack, Readiness } from '@/lib/wire'

const readiness = shallowRef<Readiness['counts']>([])
const heldBack = shallowRef<HeldBack | null>(null)

/** What would be missing at the coming peak; empty until it was asked for. */
export const readinessCounts = computed(() => readiness.value)

/** Whose sign-in was held back lately; null until it was asked for. */
export const signInsHeldBack = computed(() => heldBack.value)

/** Ask what would be missing at the coming peak; a failure leaves what is known. */
export async function fetchReadiness(): Promise<void> {
  try {
    readiness.value = (await get<Readiness>('/api/readiness', { query: { limit: 1 } })).counts
  } catch {
    return
  }
}

/** Ask whose sign-in was held back lately; a failure leaves what is known. */
export async function fetchHeldBack(): Promise<void> {
  try {
    heldBack.value = await get<HeldBack>('/api/readiness/held-back')
  } catch {
    return
  }
}

/** Forget both: the next person at this desk may see less. */
export function forgetReadiness(): void {
  readiness.value = []
  heldBack.value = null
}
