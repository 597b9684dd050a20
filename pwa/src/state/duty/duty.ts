/** The duty that this guard is on, kept up to date by the feed. */
import { reactive, readonly } from 'vue'
import { get, Refusal } from '@/lib/http'
import type { Duty, FeedEvent, PostNews } from '@/lib/wire'
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
    takeDuty(await get<Duty>('/api/duty', { keep: true }))
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

/** Take what changed of my post; what tells how comes after the first load. A fetch under way may not know of it yet. */
function takePostNews(news: PostNews): void {
  import('@/apply/duty/post-news')
    .then(({ applyPostNews }) => {
      if (!state.duty) return
      const next = applyPostNews(state.duty, news)
      state.duty = next.duty
      if (next.ask || fetching) refetchDuty()
    })
    .catch(refetchDuty)
}

/** Apply news: of my post at once; whether I may confirm and assist needs a fetch. */
export function takeDutyEvents(events: readonly FeedEvent[]): void {
  for (const event of events) {
    if (event.name === 'post.changed') takePostNews(event.data)
    // A server of the release before tells whole lines.
    if (event.name === 'coverage.changed') refetchDuty()
    if (event.name === 'guard.changed') setAccountStatus(event.data.account_id, event.data.status)
    const mine = event.name === 'guard.changed' || event.name === 'check_in.changed'
    if (mine && event.data.account_id === account.value?.id) refetchDuty()
  }
}
