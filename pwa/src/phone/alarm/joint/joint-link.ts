/** A unit's task behind its link: looked at on opening and when the page comes back, moved on by taps. */
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, type ComputedRef, type Ref } from 'vue'
import { get, newRequestId, post, Refusal } from '@/lib/http'
import { UNIT_STATES, type JointLink, type UnitState } from '@/lib/wire'

export type UnitAct = Exclude<UnitState, 'notified'>
/** Why the page is closed: the words for each are the page's own. */
export type ClosedReason = 'link_expired' | 'alarm_over' | 'not_found' | 'too_many' | 'other'

const CLOSING: readonly string[] = ['link_expired', 'alarm_over', 'not_found', 'too_many']
const LOOK_EVERY_MS = 20_000

/** How an act stands: done with its time, open for a tap, or overtaken by a later one. */
export type ActState = 'done' | 'open' | 'skipped'

/** Tell how an act stands in a task. */
export function actState(task: JointLink, act: UnitAct): ActState {
  if (task[`${act}_at`] !== null) return 'done'
  return UNIT_STATES.indexOf(act) > UNIT_STATES.indexOf(task.state) ? 'open' : 'skipped'
}

/** Why an answer of the server closes the page, or null where it may be tried again. */
export function closedBy(error: unknown): ClosedReason | null {
  return error instanceof Refusal && CLOSING.includes(error.code) ? (error.code as ClosedReason) : null
}

export interface JointPageState {
  task: Ref<JointLink | null>
  closed: ComputedRef<ClosedReason | null>
  sending: Ref<UnitAct | null>
  sent: Ref<boolean>
  problem: Ref<unknown>
  look: () => Promise<void>
  tap: (act: UnitAct) => Promise<void>
}

/** Make the state of the page for a link's token. */
export function useJointLink(token: () => string): JointPageState {
  const task = shallowRef<JointLink | null>(null)
  const problem = shallowRef<unknown>(null)
  const sending = ref<UnitAct | null>(null)
  const sent = ref(false)
  // The same tap again after a lost answer is the same request: it is no second use of the link.
  const requests = new Map<UnitAct, string>()
  const path = (): string => `/api/joint-links/${encodeURIComponent(token())}`
  const closed = computed<ClosedReason | null>(() => closedBy(problem.value) ?? (problem.value && !task.value ? 'other' : null))

  async function look(): Promise<void> {
    if (sending.value) return
    try {
      task.value = await get<JointLink>(path())
      problem.value = null
    } catch (error) {
      problem.value = error
    }
  }

  async function tap(act: UnitAct): Promise<void> {
    if (sending.value) return
    sending.value = act
    sent.value = false
    problem.value = null
    if (!requests.has(act)) requests.set(act, newRequestId())
    try {
      task.value = await post<JointLink>(path(), { request_id: requests.get(act), state: act })
      sent.value = true
    } catch (error) {
      problem.value = error
    } finally {
      sending.value = null
    }
    // Somebody else at the desk was faster: show how it stands beside the sentence that says so.
    if (problem.value instanceof Refusal && problem.value.code === 'link_used') {
      task.value = await get<JointLink>(path()).catch(() => task.value)
    }
  }

  let timer = 0
  const lookAgain = (): void => {
    if (document.visibilityState === 'visible' && !closedBy(problem.value)) void look()
  }
  onMounted(() => {
    void look()
    timer = window.setInterval(lookAgain, LOOK_EVERY_MS)
    document.addEventListener('visibilitychange', lookAgain)
  })
  onBeforeUnmount(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', lookAgain)
  })
  return { task, closed, sending, sent, problem, look, tap }
}
