/** A school's week as it is planned: loaded, changed seat by seat, every change taken back one after another. */
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { editOf, seatKey, seatsOf, withAnswers, type PlacedSeat, type SeatEdit } from '@/apply/roster/week'
import { useWrite } from '@/console/core/use-write'
import { get, Refusal } from '@/lib/http'
import type { Id, Job, RosterWeek, SeatsTakenBack, WeekCopied, WeeksFilled } from '@/lib/wire'
import { answerNews, rosterNews } from '@/state/core/console'
import { myJobs, takeJob } from '@/state/core/jobs'

/** A change that can be taken back: seats as they were before a hand changed them, or all that one press filled. */
type Step = { seats: readonly (readonly [key: string, account: Id | null, emptied: boolean])[] } | { batch: string }

/** Who is to take which seats. */
export type Wish = readonly (readonly [seat: PlacedSeat, account: Id | null])[]

const STALE: ReadonlySet<string> = new Set(['seat_changed', 'no_such_seat', 'peak_over', 'plan_changed'])

const codeOf = (problem: unknown): string | null => (problem instanceof Refusal ? problem.code : null)

/** Follow the week of a school; `school` null: nobody has chosen one yet. */
export function useWeek(school: Ref<Id | null>, monday: Ref<string>) {
  const week = shallowRef<RosterWeek | null>(null)
  const failed = shallowRef<unknown>(null)
  const writing = useWrite()
  /** What was wished last, to be meant all the same. */
  const wished = shallowRef<Wish>([])
  const undone = ref<Step[]>([])
  /** How many seats the last press took back; null: it was no filling. */
  const takenBack = shallowRef<SeatsTakenBack | null>(null)
  const asksAnyway = computed(() => codeOf(writing.problem.value) === 'too_many_duties')
  const byKey = computed(() => new Map((week.value ? seatsOf(week.value) : []).map((seat) => [seatKey(seat), seat])))

  async function load(): Promise<void> {
    if (school.value === null) return
    failed.value = null
    const asked = [school.value, monday.value] as const
    try {
      const found = await get<RosterWeek>('/api/roster/week', { query: { school_id: asked[0], week: asked[1] } })
      if (asked[0] === school.value && asked[1] === monday.value) week.value = found
    } catch (error) {
      // Of a week that somebody has left meanwhile nothing is said.
      if (asked[0] === school.value && asked[1] === monday.value) failed.value = error
    }
  }

  /** `open`: seats that are open again, as nobody has emptied them. */
  async function write(wish: Wish, isMeant: boolean, open: ReadonlySet<string> = new Set()): Promise<boolean> {
    const seats: SeatEdit[] = wish.map(([seat, account]) => editOf(seat, account, !open.has(seatKey(seat))))
    takenBack.value = null
    const isTaken = await writing.send('/api/roster/seats', { seats, anyway: isMeant })
    if (isTaken || STALE.has(codeOf(writing.problem.value) ?? '')) await load()
    return isTaken
  }

  /** Let people take seats; the change can be taken back. */
  async function plan(wish: Wish, isMeant = false): Promise<boolean> {
    wished.value = wish
    const before = wish.map(([seat]) => [seatKey(seat), seat.account_id, seat.why === 'emptied'] as const)
    const isTaken = await write(wish, isMeant)
    if (isTaken) undone.value = [...undone.value, { seats: before }]
    return isTaken
  }

  /** Fill open seats with one press; all of it can be taken back with one. */
  async function fill<T extends { seats: number; batch: string }>(path: string, body: Record<string, unknown>): Promise<T | null> {
    const answers: T[] = []
    takenBack.value = null
    await writing.send<T>(path, { school_id: school.value, week: monday.value, ...body }, (answer) => answers.push(answer))
    const [filled] = answers
    if (!filled) return null
    if (filled.seats) undone.value = [...undone.value, { batch: filled.batch }]
    await load()
    return filled
  }

  /** Fill the open seats as they were the week before. */
  const copy = (): Promise<WeekCopied | null> => fill<WeekCopied>('/api/roster/copies', {})

  /** Fill the open seats of some weeks as the school's weekly patterns say. */
  const fillIn = (weeks: number): Promise<WeeksFilled | null> => fill<WeeksFilled>('/api/roster/fillings', { weeks })

  const proposing = shallowRef<{ id: Id; before: Map<string, PlacedSeat> } | null>(null)
  const proposed = shallowRef<{ state: Job['state']; seats: number } | null>(null)

  /** Let a worker draft who takes the open seats of the next weeks; of the week in sight it can be taken back. */
  async function propose(weeks: number): Promise<void> {
    proposed.value = null
    const before = byKey.value
    await writing.send<Job>('/api/roster/proposals', { school_id: school.value, week: monday.value, weeks }, (job) => {
      proposing.value = { id: job.id, before }
      takeJob(job)
    })
  }

  const job = computed(() => myJobs.value.find((one) => one.id === proposing.value?.id) ?? null)
  watch(() => job.value?.state, async (state) => {
    const mine = proposing.value
    if (!mine || !state || state === 'waiting' || state === 'running') return
    proposing.value = null
    await load()
    const changed = [...byKey.value].filter(([key, seat]) => seat.account_id !== null && seat.account_id !== (mine.before.get(key)?.account_id ?? null))
    undone.value = [...undone.value, { batch: `job-${mine.id}` }]
    proposed.value = { state, seats: changed.length }
  })

  /** Take the last change back: what a hand did, or all that one press filled, in whichever weeks. */
  async function undo(): Promise<void> {
    const last = undone.value[undone.value.length - 1]
    if (!last) return
    if (await ('batch' in last ? openAgain(last.batch) : putBack(last.seats))) undone.value = undone.value.slice(0, -1)
  }

  async function openAgain(batch: string): Promise<boolean> {
    const isTaken = await writing.send<SeatsTakenBack>('/api/roster/taking-back', { school_id: school.value, batch }, (answer) => (takenBack.value = answer))
    if (isTaken) await load()
    return isTaken
  }

  async function putBack(seats: Extract<Step, { seats: unknown }>['seats']): Promise<boolean> {
    const wish = seats.flatMap(([key, account]) => (byKey.value.has(key) ? [[byKey.value.get(key)!, account] as const] : []))
    const open = new Set(seats.flatMap(([key, account, emptied]) => (account === null && !emptied ? [key] : [])))
    wished.value = wish
    return !wish.length || (await write(wish, true, open))
  }

  watch([school, monday], ([of], [before]) => {
    week.value = null
    // What one press filled reaches over several weeks of its school.
    undone.value = of === before ? undone.value.filter((one) => 'batch' in one) : []
    takenBack.value = null
    proposing.value = proposed.value = null
    writing.clear()
    void load()
  }, { immediate: true })
  // Another desk has published: what is told is seen at once.
  watch(rosterNews, load)
  watch(answerNews, (answers) => {
    if (week.value) week.value = withAnswers(week.value, answers)
  })

  return { week, failed, writing, asksAnyway, undone, load, plan, copy, fillIn, takenBack, propose, proposing, proposed, undo, meant: () => plan(wished.value, true) }
}
