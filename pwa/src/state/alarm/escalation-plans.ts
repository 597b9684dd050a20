/** The steps of the district by kind of alarm, as the consoles of the police may read them. */
import { computed, shallowRef } from 'vue'
import { get, newRequestId, request } from '@/lib/http'
import type { Alarm, EscalationPlan, EscalationStep } from '@/lib/wire'

/** The kind whose steps hold for all that have none of their own. */
export const ANY_KIND = 'any'
const PATH = '/api/escalation-plans'

const known = shallowRef<EscalationPlan[] | null>(null)
let asking: Promise<void> | null = null

/** The plans, those for any kind first; null before they came. */
export const plans = computed(() => known.value)

/** Fetch the plans; `anew` also where they are known already. Throws what the call throws. */
export function loadPlans(anew = false): Promise<void> {
  if (known.value && !anew) return Promise.resolve()
  asking ??= get<{ items: EscalationPlan[] }>(PATH)
    .then(({ items }) => {
      known.value = items
    })
    .finally(() => {
      asking = null
    })
  return asking
}

/** Give a kind its own steps, or with null take them away again. Throws what the call throws. */
export async function savePlan(kind: string, steps: EscalationStep[] | null): Promise<void> {
  const body = { request_id: newRequestId(), steps }
  known.value = (await request<{ items: EscalationPlan[] }>('PUT', `${PATH}/${kind}`, { body })).items
}

/** The steps that a tier of an alarm climbs; empty where they are not known. */
export function stepsOf(alarm: Alarm, tier: number): EscalationStep[] {
  const plan = known.value?.find((one) => one.kind === (alarm.kind ?? ANY_KIND))
  return plan?.steps.filter((step) => step.tier === tier) ?? []
}

/** Forget the plans: the next person at this desk may belong elsewhere. */
export function forgetPlans(): void {
  known.value = null
}
