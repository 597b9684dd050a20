/** Whether it is still the signed-in person who sits at the desk: asked once for all writes that wait for it. */
import { shallowRef } from 'vue'
import { Refusal } from '@/lib/http'

/** Takes the answer of the dialog that asks; null while nothing is asked. */
export const asking = shallowRef<((proved: boolean) => void) | null>(null)
let waiting: Promise<boolean> | null = null

/** Ask for the password in a dialog; answers whether it was given and right. */
export function askForProof(): Promise<boolean> {
  waiting ??= new Promise<boolean>((resolve) => (asking.value = resolve)).finally(() => {
    waiting = null
    asking.value = null
  })
  return waiting
}

/** What waited is not sent: whoever began it is at this desk no more. */
export function dropProof(): void {
  asking.value?.(false)
}

/** Whether the server wants to know first that it is still the signed-in person. */
export function needsProof(problem: unknown): boolean {
  return problem instanceof Refusal && problem.code === 'proof_needed'
}
