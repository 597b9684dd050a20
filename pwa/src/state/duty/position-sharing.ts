/** This guard's position, shared from check-in to check-out where he agreed, and never otherwise. */
import { reactive, readonly } from 'vue'
import { post, Refusal } from '@/lib/http'
import { type PositionState, sharePosition } from '@/lib/position'
import type { Fix, Taken } from '@/lib/wire'
import { fetchConsents, inForce } from '@/state/people/consents'
import { session } from '@/state/people/session'

interface SharedPosition {
  state: PositionState
  fix: Fix | null
  /** When the phone found it (ms by its own clock). */
  fixedAt: number | null
  /** How often it is sent, where the server has said so (s). */
  everyS: number | undefined
  /** The server kept none of those that were sent last. */
  unusable: boolean
}

const state = reactive<SharedPosition>({ state: 'off', fix: null, fixedAt: null, everyS: undefined, unusable: false })

export const sharedPosition = readonly(state) as Readonly<SharedPosition>

let endSharing: (() => void) | null = null

/** Tell whether the guard agreed; throws where that cannot be read, and then nothing is shared. */
async function agreesToShare(): Promise<boolean> {
  return inForce((await fetchConsents()).consents, 'position')
}

/** Share from now on, with consent, what was found `since` the check-in; `dutyEnded` is called where the server knows of no duty any more. */
export async function startSharing(since: string, dutyEnded: () => void): Promise<void> {
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
    state.state = 'not_agreed'
    return
  }
  endSharing = sharePosition({
    intervalMs: (session.me?.settings.position_interval_s ?? 30) * 1000,
    send: (fixes) => sendFixes(fixes, Date.parse(since), dutyEnded),
    onFix: (fix) => {
      state.fix = fix
      state.fixedAt = Date.now()
    },
    onState: (next) => {
      state.state = next
    },
  })
}

async function sendFixes(fixes: Fix[], sinceMs: number, dutyEnded: () => void): Promise<number | undefined> {
  try {
    const taken = await post<Taken | undefined>('/api/positions', { fixes })
    // Of those from before the check-in the server keeps none, and nothing is wrong with them.
    if (fixes.some((fix) => !(Date.parse(fix.at) < sinceMs))) state.unusable = taken?.kept === 0
    // A server of the release before says nothing of it.
    state.everyS = taken?.next_after_s
    return state.everyS && state.everyS * 1000
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_on_duty') dutyEnded()
    else if (error instanceof Refusal && error.code === 'no_position_consent') refuseSharing()
    else if (!(error instanceof Refusal) || error.status >= 500) throw error
  }
}

/** Consent was withdrawn elsewhere: nothing more goes out while this duty lasts. */
function refuseSharing(): void {
  stopSharing()
  endSharing = () => undefined
  state.state = 'not_agreed'
}

/** End it, and forget where the guard was. */
export function stopSharing(): void {
  endSharing?.()
  endSharing = null
  state.state = 'off'
  state.fix = null
  state.fixedAt = null
  state.unusable = false
}
