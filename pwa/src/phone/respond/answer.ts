/** Sends one's own answer until it is there: a guard who runs does not look at the screen again. */
import { onUnmounted, ref, type Ref } from 'vue'
import { newRequestId, Unreachable } from '../../lib/http'
import type { Id, ResponseState } from '../../lib/types'
import { respond } from '../../state/alarms'
import { sayError } from '../../words/say'

const WAITS_MS = [1_000, 2_000, 4_000]

export interface Answering {
  /** The answer that is on its way. */
  sending: Ref<ResponseState | null>
  /** It has not got through yet; it is being sent again. */
  late: Ref<boolean>
  problem: Ref<string | null>
  send(state: ResponseState): Promise<boolean>
}

export function useAnswer(alarmId: () => Id): Answering {
  const sending = ref<ResponseState | null>(null)
  const late = ref(false)
  const problem = ref<string | null>(null)
  let gone = false
  onUnmounted(() => {
    gone = true
  })

  async function send(state: ResponseState): Promise<boolean> {
    if (sending.value) return false
    const requestId = newRequestId()
    sending.value = state
    problem.value = null
    try {
      for (let tries = 0; !gone; tries += 1) {
        try {
          await respond(alarmId(), state, requestId)
          return true
        } catch (error) {
          if (!(error instanceof Unreachable)) throw error
          late.value = true
          await new Promise((resolve) => setTimeout(resolve, WAITS_MS[Math.min(tries, WAITS_MS.length - 1)]))
        }
      }
      return false
    } catch (error) {
      problem.value = sayError(error)
      return false
    } finally {
      sending.value = null
      late.value = false
    }
  }

  return { sending, late, problem, send }
}
