import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { newRequestId, patch, post, Refusal } from '../lib/http'
import { holdReload } from '../lib/worker'

/** One thing somebody does at the console: sent once however often it is tried, its failure kept with a way to retry. */
export interface Write {
  busy: Ref<boolean>
  problem: ShallowRef<unknown>
  /** Send a body; answers whether it was taken. Otherwise `problem` says why, and `retry` sends the same request. */
  send: <T>(path: string, body?: Record<string, unknown>, taken?: (answer: T) => void) => Promise<boolean>
  /** The same for a change of something that is there. */
  change: <T>(path: string, body?: Record<string, unknown>, taken?: (answer: T) => void) => Promise<boolean>
  retry: () => Promise<boolean>
  clear: () => void
}

/** Make a write with its own state. */
export function useWrite(): Write {
  const busy = ref(false)
  const problem = shallowRef<unknown>(null)
  let again: (() => Promise<boolean>) | null = null

  // A reload would forget what has not arrived yet.
  onScopeDispose(holdReload(() => busy.value || (problem.value !== null && worthRetrying(problem.value))))

  async function run<T>(call: typeof post, path: string, body: Record<string, unknown>, taken?: (answer: T) => void): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    problem.value = null
    try {
      taken?.(await call<T>(path, body))
      return true
    } catch (error) {
      problem.value = error
      return false
    } finally {
      busy.value = false
    }
  }

  function begin<T>(call: typeof post, path: string, body: Record<string, unknown>, taken?: (answer: T) => void): Promise<boolean> {
    const whole = { request_id: newRequestId(), ...body }
    again = () => run(call, path, whole, taken)
    return again()
  }

  return {
    busy,
    problem,
    send: (path, body = {}, taken) => begin(post, path, body, taken),
    change: (path, body = {}, taken) => begin(patch, path, body, taken),
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
