/** Pure: the figures of the strip above the map. */
import type { PostCoverage, PostState } from '@/lib/wire'
import type { PostView } from '@/apply/duty/post-view'

/** The figures of the strip above the map. */
export interface Counters {
  states: Record<PostState, number>
  present: number
  required: number
  waiting: number
  percent: number | null
}

/** Count posts by state and heads present of required; heads beyond the required ones do not count. */
export function count(posts: readonly PostView[]): Counters {
  const states: Record<PostState, number> = { full: 0, understaffed: 0, uncovered: 0, off_duty: 0 }
  let present = 0
  let required = 0
  let waiting = 0
  for (const view of posts) {
    states[view.state] += 1
    waiting += view.waiting
    if (view.state === 'off_duty') continue
    present += view.present
    required += view.required
  }
  return { states, present, required, waiting, percent: percent(present, required) }
}

/** One decimal, and never 100.0 while somebody is missing. */
export function percent(part: number, whole: number): number | null {
  if (whole <= 0) return null
  return Math.floor((part / whole) * 1000) / 10
}

/** The peak that most posts are in, or the next one; `running` says which. */
export interface PeakSpan {
  peak: string
  date: string
  startsAt: number
  endsAt: number
  opensAt: number | null
  running: boolean
}

/** Find the peak to name above the map: the one most running posts share, else the soonest ahead. */
export function peakOf(lines: Iterable<PostCoverage>, now: number): PeakSpan | null {
  const running = new Map<string, { span: PeakSpan; posts: number }>()
  let next: PeakSpan | null = null
  for (const line of lines) {
    const span = spanOf(line)
    if (!span || span.endsAt <= now) continue
    if (!span.running) {
      if (!next || span.startsAt < next.startsAt) next = span
      continue
    }
    const key = `${span.date} ${span.peak}`
    const known = running.get(key)
    if (known) {
      known.posts += 1
      known.span = widest(known.span, span)
    } else running.set(key, { span, posts: 1 })
  }
  const most = [...running.values()].sort((a, b) => b.posts - a.posts)[0]
  return most?.span ?? next
}

/** How far the peak has come, 0 to 1. */
export function progress(span: PeakSpan, now: number): number {
  const whole = span.endsAt - span.startsAt
  return whole <= 0 ? 0 : Math.min(1, Math.max(0, (now - span.startsAt) / whole))
}

function spanOf(line: PostCoverage): PeakSpan | null {
  if (!line.peak || !line.date || !line.starts_at || !line.ends_at) return null
  return {
    peak: line.peak,
    date: line.date,
    startsAt: Date.parse(line.starts_at),
    endsAt: Date.parse(line.ends_at),
    opensAt: line.opens_at ? Date.parse(line.opens_at) : null,
    running: line.phase !== 'off',
  }
}

function widest(a: PeakSpan, b: PeakSpan): PeakSpan {
  const opens = [a.opensAt, b.opensAt].filter((at): at is number => at !== null)
  return {
    ...a,
    startsAt: Math.min(a.startsAt, b.startsAt),
    endsAt: Math.max(a.endsAt, b.endsAt),
    opensAt: opens.length ? Math.min(...opens) : null,
  }
}
