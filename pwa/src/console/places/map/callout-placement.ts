/** Pure: where the callout of a post stands beside its marker. */
import { boxAround, contains, overlaps, type Box, type Point } from './boxes'

const RING = 26
const AWAY = [44, 110, 190]

/** What the callout must keep clear of. */
export interface Surroundings {
  view: Box
  markers: readonly Point[]
  alarms: readonly Point[]
  controls: readonly Box[]
}

/**
 * Choose where the selected post's callout stands: where it covers the fewest markers, never over an alarm, a control
 * or the post itself, and rather near than far. Answers its top left corner.
 */
export function placeCallout(target: Point, width: number, height: number, around: Surroundings): Point {
  let best: { corner: Point; cost: number } | null = null
  for (const corner of corners(target, width, height, around.view)) {
    const cost = price({ ...corner, width, height }, target, around)
    if (!best || cost < best.cost) best = { corner, cost }
  }
  return best?.corner ?? { x: around.view.x, y: around.view.y }
}

function corners(target: Point, width: number, height: number, view: Box): Point[] {
  const near = AWAY.flatMap((away) => [
    { x: target.x + away, y: target.y - height / 2 },
    { x: target.x - away - width, y: target.y - height / 2 },
    { x: target.x - width / 2, y: target.y + away },
    { x: target.x - width / 2, y: target.y - away - height },
    { x: target.x + away, y: target.y + away },
    { x: target.x - away - width, y: target.y + away },
    { x: target.x + away, y: target.y - away - height },
    { x: target.x - away - width, y: target.y - away - height },
  ])
  const right = view.x + view.width - width
  const bottom = view.y + view.height - height
  const far = [view.x, right].flatMap((x) => [view.y, view.y + (bottom - view.y) / 2, bottom].map((y) => ({ x, y })))
  return [...near, ...far].map((corner) => ({
    x: Math.max(view.x, Math.min(corner.x, right)),
    y: Math.max(view.y, Math.min(corner.y, bottom)),
  }))
}

function price(box: Box, target: Point, around: Surroundings): number {
  let cost = Math.hypot(box.x + box.width / 2 - target.x, box.y + box.height / 2 - target.y) / 120
  if (!contains(around.view, box)) cost += 500
  if (overlaps(box, boxAround(target, RING * 2))) cost += 10_000
  cost += around.alarms.filter((alarm) => overlaps(box, boxAround(alarm, 60))).length * 1_000
  cost += around.controls.filter((control) => overlaps(box, control, 8)).length * 300
  cost += around.markers.filter((marker) => overlaps(box, boxAround(marker, 14))).length
  return cost
}
