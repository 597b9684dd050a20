/** One write of a console, sent once however often it is tried. */
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { newRequestId, Refusal, request, type Method } from '@/lib/http'
import { askForProof, needsProof } from './proof'
import { holdReload } from '@/lib/service-worker'

/** One thing somebody does at the console: sent once however often it is tried, its failure kept with a way to retry. */
export interface Write {
  busy: Ref<boolean>
  problem: ShallowRef<unknown>
  /** Send a body; answers whether it was taken. Otherwise `problem` says why, and `retry` sends the same request. */
  send: <T>(path: string, body?: Record<string, unknown>, taken?: (answer: T) => void, method?: Method) => Promise<boolean>
  retry: () => Promise<boolean>
  clear: () => void
}

/** Send a write; where the server wants a proof first, ask for it and send the same once more. */
async function proved<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!needsProof(error) || !(await askForProof())) throw error
    return await ask()
  }
}

/** Make a write with its own state. */
export function useWrite(): Write {
  const busy = ref(false)
  const problem = shallowRef<unknown>(null)
  let again: (() => Promise<boolean>) | null = null

  // A reload would forget what has not arrived yet.
  onScopeDispose(holdReload(() => busy.value || (problem.value !== null && worthRetrying(problem.value))))

  async function run<T>(method: Method, path: string, body: Record<string, unknown>, taken?: (answer: T) => void): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    problem.value = null
    try {
      const answer = await proved(() => request<T>(method, path, { body }))
      taken?.(answer)
      return true
    } catch (error) {
      problem.value = error
      return false
    } finally {
      busy.value = false
    }
  }

  return {
    busy,
    problem,
    send<T>(path: string, body: Record<string, unknown> = {}, taken?: (answer: T) => void, method: Method = 'POST') {
      const whole = { request_id: newRequestId(), ...body }
      again = () => run(method, path, whole, taken)
      return again()
    },
    retry: () => (again ? again() : Promise.resolve(false)),
    clear() {
      problem.value = null
    },
  }
}

/** Whether trying the same again could help: no answer came, or the server was not able to. */
export function worthRetrying(problem: unknown): boolean {
  return !(problem instanceof Refusal) || problem.status >= 500 || problem.status === 429
}
