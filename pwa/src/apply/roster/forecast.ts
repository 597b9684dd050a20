/** Pure: which posts of a forecast are shown, and how a day of one reads. */
import type { AtRisk, Id, PostAtRisk } from '@/lib/wire'

/** What may go wrong with a seat, the gravest first. */
export const RISKS = ['open', 'cannot', 'asked', 'missed', 'first'] as const

/** The posts of a station, or a school; `null`: of all. */
export const chosenOf = (posts: readonly PostAtRisk[], station: Id | null, school: Id | null): PostAtRisk[] =>
  posts.filter((post) => (station === null || post.station_id === station) && (school === null || post.school_id === school))

/** Seats that nobody takes for certain. */
export const gapsIn = (day: AtRisk): number => day.open + day.cannot

/** Seats whose holder may not come. */
export const doubtsIn = (day: AtRisk): number => day.asked + day.missed + day.first

/** The sum over some posts. */
export function sumOf(posts: readonly PostAtRisk[]): AtRisk {
  const sum: AtRisk = { needed: 0, open: 0, cannot: 0, asked: 0, missed: 0, first: 0, unplanned: 0 }
  for (const { total } of posts) for (const name of Object.keys(sum) as (keyof AtRisk)[]) sum[name] += total[name]
  return sum
}
