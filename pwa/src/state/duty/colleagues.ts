/** What a guard on duty does for others at his post: confirms them, finds them by name, checks them in. */
import { get, newRequestId, post } from '@/lib/http'
import type { Guard, HeldUp, Id, Page } from '@/lib/wire'
import { fetchDuty } from './duty'

/** Confirm one check-in. */
export async function confirm(checkInId: Id): Promise<void> {
  await post(`/api/check-ins/${checkInId}/confirmation`, { request_id: newRequestId() })
  await fetchDuty()
}

/** Confirm those who wait at a post, as far as one tap may. */
export async function confirmAll(postId: Id): Promise<void> {
  await post(`/api/posts/${postId}/confirmations`, { request_id: newRequestId() })
  await fetchDuty()
}

/** Find approved guards by a piece of their name. */
export const findGuards = (name: string): Promise<Page<Guard>> =>
  get('/api/guards', { query: { status: 'approved', name } })

/** Somebody who has no smartphone: found by name, or by the badge that he holds up. */
type Helped = { account_id: Id } | { badge: string }

/** Check in somebody who has no smartphone. */
export async function checkInFor(whom: Helped): Promise<void> {
  await post('/api/check-ins/assisted', { request_id: newRequestId(), ...whom })
  await fetchDuty()
}

/** Check out somebody whom a colleague checked in. */
export async function checkOutFor(whom: Helped): Promise<void> {
  await post('/api/check-outs/assisted', { request_id: newRequestId(), ...whom })
  await fetchDuty()
}

/** Ask whose badge it is; recorded. */
export const whoseBadge = (badge: string): Promise<HeldUp> => post<HeldUp>('/api/badges/look', { badge })
