/** Sends one's own answer until it is there: a guard who runs does not look at the screen again. */
import { computed, reactive, type ComputedRef } from 'vue'
import { newRequestId, Refusal, Unreachable } from '@/lib/http'
import type { Id, ResponseState } from '@/lib/wire'
import { alarms, respond } from '@/state/alarm/alarms'
import { onTheirWay } from '@/state/alarm/calls'
import { account, loadSession } from '@/state/people/session'
import { sayError } from '@/words/core/say'

const WAITS_MS = [1_000, 2_000, 4_000]

const problems = reactive(new Map<Id, string>())

export interface Answering {
  /** The answer that is on its way. */
  sending: ComputedRef<ResponseState | null>
  late: ComputedRef<boolean>
  problem: ComputedRef<string | null>
  send(state: ResponseState): Promise<boolean>
}

/** Whether the same again can help: no answer, a server that starts or is busy, a token that is too old. */
function worthAnotherTry(error: unknown): boolean {
  if (error instanceof Unreachable) return true
  return error instanceof Refusal && (error.status >= 500 || error.status === 429 || error.code === 'bad_csrf_token')
}

async function sendUntilThere(alarmId: Id, state: ResponseState): Promise<boolean> {
  const [requestId, mine] = [newRequestId(), account.value?.id]
  // Nobody else who signs in on this phone gives my answer, and after the end nobody waits for it.
  const wanted = (): boolean => account.value?.id === mine && alarms.value.get(alarmId)?.state !== 'resolved'
  for (let tries = 0; wanted(); tries += 1) {
    try {
      await respond(alarmId, state, requestId)
      return true
    } catch (error) {
      if (!worthAnotherTry(error)) throw error
      if (error instanceof Refusal && error.code === 'bad_csrf_token') await loadSession()
      onTheirWay.set(alarmId, { state, late: true })
      await new Promise((resolve) => setTimeout(resolve, WAITS_MS[Math.min(tries, WAITS_MS.length - 1)]))
    }
  }
  return false
}

async function send(alarmId: Id, state: ResponseState): Promise<boolean> {
  if (onTheirWay.has(alarmId)) return false
  onTheirWay.set(alarmId, { state, late: false })
  problems.delete(alarmId)
  try {
    return await sendUntilThere(alarmId, state)
  } catch (error) {
    problems.set(alarmId, sayError(error))
    return false
  } finally {
    onTheirWay.delete(alarmId)
  }
}

/** How the answer to an alarm stands, and the sending of it. */
export function useAnswer(alarmId: () => Id): Answering {
  const own = computed(() => onTheirWay.get(alarmId()) ?? null)
  return {
    sending: computed(() => own.value?.state ?? null),
    late: computed(() => own.value?.late ?? false),
    problem: computed(() => problems.get(alarmId()) ?? null),
    send: (state) => send(alarmId(), state),
  }
}
