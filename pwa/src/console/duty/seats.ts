/** Pure: the seats of a post as they are drawn. */
import { countSeats } from '@/apply/duty/seat-count'
import { GROUPS, type Group, type PostCoverage } from '@/lib/wire'

/** One seat of a post as it is drawn. */
export interface Seat {
  group: Group
  look: 'verified' | 'waiting' | 'missing'
}

/** The seats of a post in the order staff, security, volunteers, police: filled, then waiting, then missing. */
export function seatsOf(line: PostCoverage): Seat[] {
  return GROUPS.flatMap((group) => {
    const present = Array<Seat>(countSeats(line, [group]).filled).fill({ group, look: 'verified' })
    const waiting = Array<Seat>(line.waiting[group]).fill({ group, look: 'waiting' })
    const empty = Math.max(0, line.required[group] - line.present[group] - line.waiting[group])
    return [...present, ...waiting, ...Array<Seat>(empty).fill({ group, look: 'missing' })]
  })
}
