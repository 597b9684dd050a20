/** Pure: when a console looks at readiness, and its counts in figures. */
import type { PostCoverage, Readiness, ReadinessGap } from '@/lib/wire'

/** Whether check-in is open somewhere for a peak that has not begun. */
export function peakAhead(lines: Iterable<PostCoverage>): boolean {
  return [...lines].some((line) => line.phase === 'opening')
}

/** Each count of the readiness list with its whole. */
export function readinessWords(counts: Readiness['counts']): Partial<Record<ReadinessGap, string>> {
  return Object.fromEntries(counts.map((count) => [count.lack, `${count.missing}/${count.of}`]))
}
