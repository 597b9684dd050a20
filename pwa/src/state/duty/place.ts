/** Where this guard stands as far as the phone knows: for an alarm, which asks for nothing. */
import { reactive } from 'vue'
import { lastOf } from '@/lib/last'
import { locate, locatesUnasked, type PositionState } from '@/lib/position'
import type { Fix } from '@/lib/wire'
import { atServer, serverNow } from '@/state/core/clock'
import { dutyState } from './duty'
import { sharedPosition } from './position-sharing'
import { queued, raiseAlarm, type Whereabouts } from '@/state/core/outbox'

const FRESH_MS = 5 * 60_000
const PATIENCE_MS = 2_500
const RENEW_MS = 45_000

interface PlaceState {
  /** The post whose code is on the screen. */
  code: string | null
  /** When it was scanned (ms by the phone's clock). */
  scannedAt: number
  name: string
  fix: Fix | null
  state: PositionState
}

export const place = reactive<PlaceState>({ code: null, scannedAt: 0, name: '', fix: null, state: 'off' })

/** Put a post's code on the screen, or none. To load its page again, or to go back to it, is no scan. */
export function showPost(code: string | null): void {
  place.code = code
  renewLater()
  if (!code) return
  place.scannedAt = history.state?.[code] ?? Date.now()
  history.replaceState({ ...history.state, [code]: place.scannedAt }, '')
}

/** Ask the phone where it is, for the line above the button and for the check-in. */
export async function seekPlace(): Promise<void> {
  if (place.state === 'seeking') return
  place.state = 'seeking'
  const answer = await locate()
  place.state = answer.state
  place.fix = answer.fix
  renewLater()
}

let renewal: ReturnType<typeof setTimeout> | undefined

/** A position older than two minutes proves nothing: while a post is on the screen it is renewed without a word. */
function renewLater(): void {
  clearTimeout(renewal)
  if (place.code && place.state !== 'off') renewal = setTimeout(() => void renew(), RENEW_MS)
}

async function renew(): Promise<void> {
  if (document.visibilityState === 'visible') {
    const answer = await locate()
    if (answer.fix) Object.assign(place, answer)
  }
  renewLater()
}

/** The newest position of the last five minutes. */
export function freshFix(): Fix | null {
  const known = [sharedPosition.fix, place.fix].filter((fix) => fix !== null)
  const fresh = known.filter((fix) => serverNow() - Date.parse(fix.at) < FRESH_MS)
  return fresh.sort((a, b) => b.at.localeCompare(a.at))[0] ?? null
}

function whereabouts(): Whereabouts {
  const duty = dutyState.duty?.check_in
  const fix = freshFix()
  if (duty && duty.checked_out_at === null) return { postId: duty.post_id, postCode: null, place: duty.post_name, fix }
  const scannedAt = new Date(atServer(place.scannedAt)).toISOString()
  if (place.code) return { postId: null, postCode: place.code, scannedAt, place: place.name, fix }
  // Checked in without network: the platform does not know yet, the phone does.
  const kept = lastOf(queued.value.filter((entry) => entry.kind === 'check_in'))
  const claimedAt = (kept?.body.claimed_at as string | undefined) ?? null
  return { postId: null, postCode: kept?.note.code ?? null, scannedAt: claimedAt, place: kept?.note.post ?? '', fix }
}

/**
 * Raise an alarm from where the guard is; only somebody at no known post waits for a position first.
 *
 * A covert one takes it only where the phone gives it without a question: a dialog would show what was pressed.
 */
export async function raiseHere(covert = false): Promise<void> {
  const where = whereabouts()
  const nowhere = where.postId === null && where.postCode === null && where.fix === null
  if (nowhere && (!covert || (await locatesUnasked()))) {
    where.fix = (await locate(PATIENCE_MS)).fix
  }
  await raiseAlarm(where, covert)
}
