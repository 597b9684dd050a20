/** Pure: where people who were found by name stand by the coverage of now. */
import type { CoverageByPost } from '@/apply/duty/coverage'
import { isOfShift } from '@/apply/duty/duty-and-line'
import type { Id, PersonFound } from '@/lib/wire'

/** Where somebody stands: the post, and whether it counts. */
export interface PostOfPerson {
  post: Id
  verified: boolean
  /** The shift is over, or the next one has begun, and he has not checked out: he holds no seat of the post any more. */
  over: boolean
}

/** Somebody of the name, and where he stands; `null`: at no post in scope. */
export interface FoundPerson {
  person: PersonFound
  standing: PostOfPerson | null
}

/** Join people with the seats that they hold now, and with a duty that outlasts its shift; who stands somewhere comes first. */
export function whereTheyStand(people: readonly PersonFound[], coverage: CoverageByPost): FoundPerson[] {
  if (!people.length) return []
  const seats = new Map<Id | null, PostOfPerson>()
  for (const line of coverage.values())
    for (const seat of line.seats) seats.set(seat.account_id, { post: line.post_id, verified: seat.verified, over: false })
  return people
    .map((person) => ({ person, standing: seats.get(person.account_id) ?? outlasting(person, coverage) }))
    .sort((a, b) => Number(a.standing === null) - Number(b.standing === null))
}

/** A duty whose post counts for another shift by now. In its own shift who holds no seat has checked out meanwhile. */
function outlasting({ duty }: PersonFound, coverage: CoverageByPost): PostOfPerson | null {
  const line = duty ? coverage.get(duty.post_id) : undefined
  // A server of the release before does not say of which shift a duty is.
  if (!duty?.peak || !line || isOfShift(line, duty)) return null
  return { post: duty.post_id, verified: duty.verified, over: true }
}
