/** Pure: how a school's week is laid out, what publishing it would change, where it has gaps. */
import { GROUPS, type DutyAnswered, type Group, type Id, type PlannedSeat, type PostOfWeek, type RosterWeek } from '@/lib/wire'

/** A seat of a post of the week. */
export interface PlacedSeat extends PlannedSeat {
  post_id: Id
  post_name: string
}

/** The seats of a group at a peak on a day; `none`: the peak does not stand on that day. */
export interface WeekCell {
  date: string
  state: 'off' | 'none' | 'stands'
  /** The times, where they are not those of the row. */
  times: string | null
  over: boolean
  seats: PlacedSeat[]
}

export interface WeekRow {
  peak: string
  group: Group
  /** The first row of its peak has the peak's head, over so many rows. */
  spans: number
  times: string
  cells: WeekCell[]
}

const DAY_MS = 86_400_000

/** The date some days later (or earlier). */
export const shiftedDate = (date: string, days: number): string => new Date(Date.parse(`${date}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)

/** The Monday of a date's week. */
export const mondayOf = (date: string): string => shiftedDate(date, -((new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7))

export const seatKey = (seat: PlacedSeat): string => [seat.post_id, seat.date, seat.peak, seat.group, seat.seat].join(' ')

export const seatsOf = (week: RosterWeek): PlacedSeat[] =>
  week.posts.flatMap((post) => post.seats.map((seat) => ({ ...seat, post_id: post.post_id, post_name: post.name })))

/** The rows of a post: each peak in the order of its times, each of its groups. */
export function rowsOf(week: RosterWeek, post: PostOfWeek): WeekRow[] {
  const placed = post.seats.map((seat) => ({ ...seat, post_id: post.post_id, post_name: post.name }))
  const peaks = new Map<string, string>()
  for (const one of [...post.peaks].sort((a, b) => a.starts.localeCompare(b.starts))) if (!peaks.has(one.peak)) peaks.set(one.peak, `${one.starts}–${one.ends}`)
  return [...peaks].flatMap(([peak, times]) => {
    const groups = GROUPS.filter((group) => placed.some((seat) => seat.peak === peak && seat.group === group))
    return groups.map((group, at) => ({
      peak,
      group,
      times,
      spans: at ? 0 : groups.length,
      cells: week.days.map((day) => cellOf(post, placed, day, peak, group, times)),
    }))
  })
}

function cellOf(post: PostOfWeek, placed: PlacedSeat[], day: RosterWeek['days'][number], peak: string, group: Group, times: string): WeekCell {
  const stands = post.peaks.find((one) => one.date === day.date && one.peak === peak)
  const own = stands ? `${stands.starts}–${stands.ends}` : times
  return {
    date: day.date,
    state: stands ? 'stands' : day.school_day ? 'none' : 'off',
    times: own === times ? null : own,
    over: stands?.over ?? false,
    seats: placed.filter((seat) => seat.date === day.date && seat.peak === peak && seat.group === group),
  }
}

/** Whether nobody is planned where somebody should be. */
export const isGap = (seat: PlannedSeat): boolean => seat.needed && seat.account_id === null

/** Whether whoever was told to come is another one than is planned now. */
export const isUnpublished = (seat: PlannedSeat): boolean => seat.account_id !== seat.published_id

/** The seats that publishing would change, of peaks that are not over and groups that somebody plans. */
export function changesOf(week: RosterWeek): PlacedSeat[] {
  const over = new Set(week.posts.flatMap((post) => post.peaks.filter((one) => one.over).map((one) => `${post.post_id} ${one.date} ${one.peak}`)))
  return seatsOf(week).filter((seat) => isUnpublished(seat) && week.may_plan.includes(seat.group) && !over.has(`${seat.post_id} ${seat.date} ${seat.peak}`))
}

/** How many seats are open on a day, or in all. */
export const gapsOf = (seats: readonly PlannedSeat[], date?: string): number => seats.filter((seat) => isGap(seat) && (date === undefined || seat.date === date)).length

/** The week with what people have just answered about duties of it. */
export function withAnswers(week: RosterWeek, answers: readonly DutyAnswered[]): RosterWeek {
  const said = new Map(answers.map((one) => [[one.post_id, one.date, one.peak, one.account_id].join(' '), one]))
  const anew = (post: PostOfWeek): PostOfWeek['seats'] =>
    post.seats.map((seat) => {
      const one = said.get([post.post_id, seat.date, seat.peak, seat.published_id].join(' '))
      return one ? { ...seat, answer: one.answer, answered_at: one.answered_at } : seat
    })
  return { ...week, posts: week.posts.map((post) => ({ ...post, seats: anew(post) })) }
}

/** What somebody who was told to come and is still planned says about it; `asked`: he was reminded and says nothing. */
export function saidOf(seat: PlannedSeat): 'coming' | 'cannot' | 'asked' | null {
  if (seat.published_id === null || isUnpublished(seat)) return null
  return seat.answer ?? (seat.reminded ? 'asked' : null)
}

/** What a write of seats sends. */
export interface SeatEdit {
  post_id: Id
  date: string
  peak: string
  group: Group
  seat: number
  account_id: Id | null
  version: number
  /** Whether a seat that is emptied is meant to stay empty. */
  on_purpose: boolean
}

export const editOf = (seat: PlacedSeat, account: Id | null, onPurpose = true): SeatEdit => ({
  post_id: seat.post_id,
  date: seat.date,
  peak: seat.peak,
  group: seat.group,
  seat: seat.seat,
  account_id: account,
  version: seat.version,
  on_purpose: onPurpose,
})
