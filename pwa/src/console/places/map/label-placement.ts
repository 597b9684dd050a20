/** Pure: where the names of stations find room on the map. */
import type { Id } from '@/lib/wire'
import { boxAround, overlaps, type Box, type Point } from './boxes'

/** A name that wants to stand near a place, with the size it takes. */
export interface Label {
  id: Id
  at: Point
  width: number
  height: number
}

const RINGS = [0, 14, 28, 42, 56, 70, 84]
const DIRECTIONS = 12

/**
 * Put each name as near to its place as it can stand without crossing a marker or another name.
 *
 * A name that finds no free place within 84 px is left out: it is dropped rather than drawn over a marker.
 * Answers the middle of each placed name by id.
 */
export function placeLabels(labels: readonly Label[], markers: readonly Box[], gap = 3): Map<Id, Point> {
  const placed = new Map<Id, Point>()
  const taken: Box[] = []
  for (const label of labels) {
    const middle = candidates(label.at).find((point) => {
      const box = boxAround(point, label.width, label.height)
      return !markers.some((marker) => overlaps(box, marker, gap)) && !taken.some((other) => overlaps(box, other, gap))
    })
    if (!middle) continue
    placed.set(label.id, middle)
    taken.push(boxAround(middle, label.width, label.height))
  }
  return placed
}

/** The middle of several places; none has no middle. */
export function centroid(places: readonly Point[]): Point | null {
  if (places.length === 0) return null
  const sum = places.reduce((total, place) => ({ x: total.x + place.x, y: total.y + place.y }), { x: 0, y: 0 })
  return { x: sum.x / places.length, y: sum.y / places.length }
}

function candidates(at: Point): Point[] {
  return RINGS.flatMap((radius) =>
    radius === 0
      ? [at]
      : Array.from({ length: DIRECTIONS }, (_, i) => {
          const turn = (i / DIRECTIONS) * 2 * Math.PI
          return { x: at.x + Math.cos(turn) * radius * 1.4, y: at.y + Math.sin(turn) * radius }
        }),
  )
}
