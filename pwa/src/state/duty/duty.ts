/** The duty that this guard is on, kept up to date by the feed. */
import { reactive, readonly } from 'vue'
import { get, Refusal } from '@/lib/http'
import type { Duty, FeedEvent } from '@/lib/wire'
import { account, setAccountStatus } from '@/state/people/session'
import { startSharing, stopSharing } from './position-sharing'

interface DutyState {
  duty: Duty | null
  /** The last fetch failed. */
  failed: boolean
}

const state = reactive<DutyState>({ duty: null, failed: false })

export const dutyState = readonly(state) as Readonly<DutyState>

let fetching: Promise<void> | null = null
let again = false

/** Fetch the duty, one fetch at a time; a wish in between makes one more. */
export function fetchDuty(): Promise<void> {
  if (fetching) {
    again = true
    return fetching
  }
  fetching = fetchOnce().finally(() => {
    fetching = null
    if (again) {
      again = false
      refetchDuty()
    }
  })
  return fetching
}

/** Fetch the duty for whoever cannot say that it failed: the page does by `failed`. */
export const refetchDuty = (): void => void fetchDuty().catch(() => undefined)

async function fetchOnce(): Promise<void> {
  try {
    takeDuty(await get<Duty>('/api/duty'))
  } catch (error) {
    state.failed = true
    if (error instanceof Refusal && error.status === 403) takeDuty(NO_DUTY)
    else throw error
  }
}

const NO_DUTY: Duty = { check_in: null, line: null, post: null, colleagues: [], may_confirm: false, may_assist: false }

function takeDuty(duty: Duty): void {
  state.duty = duty
  state.failed = false
  const checkIn = duty.check_in
  if (checkIn && checkIn.checked_out_at === null) void startSharing(checkIn.at, refetchDuty)
  else stopSharing()
}

/** Forget it: the next one to hold this phone is somebody else. */
export function forgetDuty(): void {
  stopSharing()
  state.duty = null
}

/** Apply news: my post's line at once; who is who needs a fetch. */
export function takeDutyEvents(events: readonly FeedEvent[]): void {
  let stale = false
  for (const event of events) {
    if (event.name === 'guard.changed') setAccountStatus(event.data.account_id, event.data.status)
    if (event.name === 'check_in.changed') stale ||= event.data.account_id === account.value?.id
    if (event.name !== 'coverage.changed' || !state.duty?.line) continue
    const line = state.duty.line
    if (event.data.post_id !== line.post_id || event.data.version <= line.version) continue
    state.duty.line = event.data
    stale = true
  }
  if (stale) refetchDuty()
}
