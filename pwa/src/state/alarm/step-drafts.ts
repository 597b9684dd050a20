/** Steps that were changed and not saved, by kind of alarm: they outlive the page, so that leaving it loses nothing. */
import { computed, shallowReactive } from 'vue'
import { samePlan } from '@/apply/alarm/escalation-plan'
import type { EscalationStep } from '@/lib/wire'
import { holdReload } from '@/lib/service-worker'
import { plans } from './escalation-plans'

const drafts = shallowReactive(new Map<string, EscalationStep[]>())

/** Whether anything is not saved. */
export const anyUnsaved = computed(() => drafts.size > 0)

holdReload(() => drafts.size > 0)

/** Whether a kind's steps are not saved. */
export function isUnsaved(kind: string): boolean {
  return drafts.has(kind)
}

/** The steps of a kind as they are being edited: changed ones, else those of the server. */
export function stepsBeingEdited(kind: string): EscalationStep[] {
  return drafts.get(kind) ?? savedSteps(kind)
}

/** Keep changed steps; those that equal the saved ones are no change any more. */
export function keepDraft(kind: string, steps: EscalationStep[]): void {
  if (samePlan(steps, savedSteps(kind))) drafts.delete(kind)
  else drafts.set(kind, steps)
}

/** Forget the changes of a kind. */
export function dropDraft(kind: string): void {
  drafts.delete(kind)
}

/** Forget all changes. */
export function dropDrafts(): void {
  drafts.clear()
}

function savedSteps(kind: string): EscalationStep[] {
  return plans.value?.find((plan) => plan.kind === kind)?.steps ?? []
}
