/** Pure: the order of posts, worst first, and the step from one gap to the next. */
import type { Id } from '@/lib/wire'
import { metersBetween } from '@/apply/places/geo'
import { isGap, type PostView } from './post-view'

const RANK = { uncovered: 0, understaffed: 1, full: 2, off_duty: 3 } as const
const NEIGHBOUR_M = 1_000

/** Count full posts within a kilometre: those that could lend somebody. */
function spareNeighbours(view: PostView, all: readonly PostView[]): number {
  return all.filter(
    (other) => other !== view && other.state === 'full' && metersBetween(other.post, view.post) <= NEIGHBOUR_M,
  ).length
}

/**
 * Sort posts worst first: nobody, then fewest present of required, then longest missing, then fewest spare
 * neighbours. Posts without a gap follow, by name, so that the order never depends on the input's.
 */
export function worstFirst(posts: readonly PostView[], all: readonly PostView[] = posts): PostView[] {
  const spare = new Map<Id, number>()
  const spareOf = (view: PostView): number => {
    const known = spare.get(view.post.id)
    if (known !== undefined) return known
    const counted = spareNeighbours(view, all)
    spare.set(view.post.id, counted)
    return counted
  }
  return [...posts].sort((a, b) => {
    if (a.state !== b.state) return RANK[a.state] - RANK[b.state]
    if (isGap(a)) {
      const byShare = share(a) - share(b)
      if (byShare !== 0) return byShare
      const bySince = since(a) - since(b)
      if (bySince !== 0) return bySince
      const bySpare = spareOf(a) - spareOf(b)
      if (bySpare !== 0) return bySpare
    }
    return a.post.name < b.post.name ? -1 : a.post.name > b.post.name ? 1 : a.post.id - b.post.id
  })
}

/** The next gap after the selected one, wrapping; backwards with step −1; none selected starts at the worst. */
export function stepSelection(order: readonly Id[], selected: Id | null, step: 1 | -1): Id | null {
  if (order.length === 0) return null
  const at = selected === null ? -1 : order.indexOf(selected)
  if (at < 0) return (step === 1 ? order[0] : order[order.length - 1]) ?? null
  return order[(at + step + order.length) % order.length] ?? null
}

function share(view: PostView): number {
  return view.required === 0 ? 1 : view.present / view.required
}

function since(view: PostView): number {
  return view.line?.since ? Date.parse(view.line.since) : Number.POSITIVE_INFINITY
}
