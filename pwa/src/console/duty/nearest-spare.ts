/** Pure: the nearest post that could lend somebody. */
import { GROUPS, type Group } from '@/lib/wire'
import { metersBetween } from '@/apply/places/geo'
import type { PostView } from '@/apply/duty/post-view'

/** Somebody who could be lent: where, how far, which group and how many more than that post needs. */
export interface Spare {
  view: PostView
  meters: number
  group: Group
  heads: number
}

/** The nearest post that has more heads than it needs of a group which is missing here; none answers null. */
export function nearestSpare(here: PostView, all: readonly PostView[]): Spare | null {
  const missing = GROUPS.filter((group) => (here.line?.missing[group] ?? 0) > 0)
  let best: Spare | null = null
  for (const view of all) {
    if (view === here || !view.line || view.state === 'off_duty') continue
    for (const group of missing) {
      const spare = view.line.present[group] - view.line.required[group]
      if (spare <= 0) continue
      const meters = metersBetween(here.post, view.post)
      if (!best || meters < best.meters) best = { view, meters, group, heads: spare }
    }
  }
  return best
}
