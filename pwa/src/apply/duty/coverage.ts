/** Pure: the coverage of posts and the next event make the next coverage. */
import type { FeedEvent, Id, Line } from '@/lib/wire'

export type CoverageLines = ReadonlyMap<Id, Line>

/** Index a full fetch by post. */
export function coverageFrom(lines: readonly Line[]): CoverageLines {
  return new Map(lines.map((line) => [line.post_id, line]))
}

/** Apply a batch with one copy of the map, however many lines it carries. */
export function applyCoverage(state: CoverageLines, events: readonly FeedEvent[]): CoverageLines {
  let next: Map<Id, Line> | null = null
  for (const event of events) {
    if (event.name !== 'coverage.changed') continue
    const known = (next ?? state).get(event.data.post_id)
    if (known && known.version >= event.data.version) continue
    next ??= new Map(state)
    next.set(event.data.post_id, event.data)
  }
  return next ?? state
}
