/** Pure: the coverage of posts and the next event make the next coverage. */
import type { FeedEvent, Id, PostCoverage } from '@/lib/wire'

export type CoverageByPost = ReadonlyMap<Id, PostCoverage>

/** Index a full fetch by post. */
export function coverageFrom(lines: readonly PostCoverage[]): CoverageByPost {
  return new Map(lines.map((line) => [line.post_id, line]))
}

/** Apply a batch with one copy of the map, however many lines it carries. */
export function applyCoverage(state: CoverageByPost, events: readonly FeedEvent[]): CoverageByPost {
  let next: Map<Id, PostCoverage> | null = null
  for (const event of events) {
    if (event.name !== 'coverage.changed') continue
    const known = (next ?? state).get(event.data.post_id)
    if (known && known.version >= event.data.version) continue
    next ??= new Map(state)
    next.set(event.data.post_id, event.data)
  }
  return next ?? state
}
