/** The duty that this guard is on, kept up to date by the feed. */
import { reactive, readonly } from 'vue'
import { get, newRequestId, post, Refusal } from '@/lib/http'
import { type PositionState, sharePosition } from '@/lib/position'
import type { Duty, FeedEvent, Fix, Guard, Id, Page, Taken } from '@/lib/wire'
import { serverNow } from '@/state/core/clock'
import { fetchConsents, inForce } from '@/state/people/consents'
import { account, session, setAccountStatus } from '@/state/people/session'

interface DutyState {
  duty: Duty | null
  fetchedAt: number | null
  failed: boolean
  position: { state: PositionState; fix: Fix | null; fixedAt: number | null; sentAt: number | null; unusable: boolean }
}

const state = reactive<DutyState>({
  duty: null,
  fetchedAt: null,
  failed: false,
  position: { state: 'off', fix: null, fixedAt: null, sentAt: null, unusable: false },
})

export const dutyState = readonly(state) as Readonly<DutyState>

let fetching: Promise<void> | null = null
let again = false
let endSharing: (() => void) | null = null

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
      void fetchDuty().catch(() => undefined)
    }
  })
  return fetching
}

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
  state.fetchedAt = serverNow()
  state.failed = false
  const onDuty = duty.check_in !== null && duty.check_in.checked_out_at === null
  if (onDuty) void startSharing()
  else stopSharing()
}

/** Tell whether the guard agreed; throws where that cannot be read, and then nothing is shared. */
async function agreesToShare(): Promise<boolean> {
  return inForce(await fetchConsents(), 'position')
}

/** Positions go out from check-in to check-out, with consent, and never otherwise. */
async function startSharing(): Promise<void> {
  if (endSharing) return
  let ended = false
  endSharing = () => {
    ended = true
  }
  const agreed = await agreesToShare().catch(() => null)
  if (ended) return
  if (agreed === null) {
    // Asked again with the next fetch of the duty.
    endSharing = null
    return
  }
  if (!agreed) {
    state.position.state = 'not_agreed'
    return
  }
  endSharing = sharePosition({
    intervalMs: (session.me?.settings.position_interval_s ?? 30) * 1000,
    send: sendFixes,
    onFix: (fix) => {
      state.position.fix = fix
      state.position.fixedAt = Date.now()
    },
    onState: (position) => {
      state.position.state = position
    },
    onSent: (at) => {
      state.position.sentAt = at
    },
  })
}

async function sendFixes(fixes: Fix[]): Promise<void> {
  try {
    const taken = await post<Taken | undefined>('/api/positions', { fixes })
    state.position.unusable = taken?.kept === 0
  } catch (error) {
    // The duty has ended elsewhere: the next fetch says so and stops the sharing.
    if (error instanceof Refusal && error.code === 'not_on_duty') void fetchDuty().catch(() => undefined)
    else if (error instanceof Refusal && error.code === 'no_position_consent') refuseSharing()
    else if (!(error instanceof Refusal) || error.status >= 500) throw error
  }
}

/** Consent was withdrawn elsewhere: nothing more goes out while this duty lasts. */
function refuseSharing(): void {
  stopSharing()
  endSharing = () => undefined
  state.position.state = 'not_agreed'
}

export function stopSharing(): void {
  endSharing?.()
  endSharing = null
  state.position.state = 'off'
  state.position.fix = null
  state.position.fixedAt = null
  state.position.sentAt = null
  state.position.unusable = false
}

export function forgetDuty(): void {
  stopSharing()
  state.duty = null
  state.fetchedAt = null
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
  if (stale) void fetchDuty().catch(() => undefined)
}

export async function confirm(checkInId: Id): Promise<void> {
  await post(`/api/check-ins/${checkInId}/confirmation`, { request_id: newRequestId() })
  await fetchDuty()
}

export async function confirmAll(postId: Id): Promise<void> {
  await post(`/api/posts/${postId}/confirmations`, { request_id: newRequestId() })
  await fetchDuty()
}

export const findGuards = (name: string): Promise<Page<Guard>> =>
  get('/api/guards', { query: { status: 'approved', name } })

export async function checkInFor(accountId: Id): Promise<void> {
  await post('/api/check-ins/assisted', { request_id: newRequestId(), account_id: accountId })
  await fetchDuty()
}
