/** Pure: the duty that a phone shows and what changed of its post make the next. */
import { GROUPS, type Colleague, type Duty, type Group, type Heads, type PostCoverage, type PostNews } from '@/lib/wire'
import { isOfShift } from './duty-and-line'

type Seat = PostCoverage['seats'][number]

export interface NextDuty {
  duty: Duty
  /** Not all of it follows from the news: ask for the duty. */
  ask: boolean
}

/** Apply what changed; older news changes nothing, and what does not fit the line asks for the duty. */
export function applyPostNews(duty: Duty, news: PostNews): NextDuty {
  const { line } = duty
  if (!line || news.post_id !== line.post_id || news.version <= line.version) return { duty, ask: false }
  const named = line.seats.some((seat) => seat.account_id !== null)
  if (news.after === null || news.after > line.version || (line.seats.length > 0 && named !== news.named)) {
    return { duty, ask: true }
  }
  const next: PostCoverage = { ...line, ...news.line, version: news.version }
  next.seats = news.named ? seatsAfter(line.seats, news) : nameless(next)
  if (news.named) next.no_shows = missedAfter(line.no_shows, news)
  const post = duty.post && { ...duty.post, line: next }
  // Those on duty for another shift are not in the line; and whoever confirms is told why somebody waits.
  const shift = duty.check_in?.shift
  const fetched = duty.may_confirm || !shift || !isOfShift(next, shift)
  const colleagues = news.named && !fetched ? colleaguesAfter(duty.colleagues, news) : duty.colleagues
  const ask = !colleagues || 'phase' in news.line || (fetched && news.seats.length + news.gone.length > 0)
  return { duty: { ...duty, line: next, post, colleagues: colleagues ?? duty.colleagues }, ask }
}

const placeOf = (group: Group): number => GROUPS.indexOf(group)

function kept<T extends { check_in_id: number | null }>(people: readonly T[], news: PostNews): T[] {
  const changed = new Set([...news.gone, ...news.seats.map((seat) => seat.check_in_id)])
  return people.filter((one) => !changed.has(one.check_in_id))
}

function seatsAfter(seats: readonly Seat[], news: PostNews): Seat[] {
  const changed = news.seats.map(({ check_in_id, account_id, category, group, verified, verdict, flags }) => {
    return { check_in_id, account_id, category, group, verified, verdict, flags }
  })
  return [...kept(seats, news), ...changed].sort(
    (a, b) => placeOf(a.group) - placeOf(b.group) || Number(a.check_in_id) - Number(b.check_in_id),
  )
}

/** Without names the seats follow from the heads: of each group those who count, then those who wait. */
function nameless(line: PostCoverage): Seat[] {
  const seats = (heads: Heads, group: Group, verified: boolean): Seat[] =>
    Array.from({ length: heads[group] }, () => ({
      check_in_id: null,
      account_id: null,
      category: null,
      group,
      verified,
      verdict: null,
      flags: [],
    }))
  return GROUPS.flatMap((group) => [...seats(line.present, group, true), ...seats(line.waiting, group, false)])
}

function missedAfter(missed: readonly number[], news: PostNews): number[] {
  return [...missed.filter((one) => !news.came.includes(one) && !news.missed.includes(one)), ...news.missed].sort((a, b) => a - b)
}

/** The colleagues after the news; null where somebody's name is not known. */
function colleaguesAfter(colleagues: readonly Colleague[], news: PostNews): Colleague[] | null {
  const names = new Map(colleagues.map((one) => [one.account_id, one.name]))
  const next = kept(colleagues, news)
  for (const { account_id, check_in_id, category, group, verified, verdict, ...seat } of news.seats) {
    const name = account_id === null ? null : (seat.name ?? names.get(account_id))
    if (account_id === null || check_in_id === null || category === null || verdict === null || !name) return null
    const seen = { may_confirm: false, with_all: false, flags: [], distance_m: null, new_face: false }
    next.push({ account_id, name, category, group, verified, verdict, check_in_id, ...seen })
  }
  return next.sort((a, b) => a.check_in_id - b.check_in_id)
}
