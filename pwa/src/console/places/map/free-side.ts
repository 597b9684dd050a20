/** Pure: on which side of an uncovered post its figure has room. */
import { boxAround, overlaps, type Box, type Point } from './boxes'

/** Where the figure of an uncovered post stands beside its diamond. */
export type Side = 'right' | 'left' | 'above' | 'below'

const SIDES: readonly Side[] = ['right', 'left', 'below', 'above']

/** The side of a marker on which a figure of this size crosses the fewest others; right where all are alike. */
export function freestSide(at: Point, others: readonly Point[], width = 30, height = 18): Side {
  let best: Side = 'right'
  let fewest = Number.POSITIVE_INFINITY
  for (const side of SIDES) {
    const box = figureBox(at, side, width, height)
    const crossed = others.filter((other) => other !== at && overlaps(box, boxAround(other, 12))).length
    if (crossed < fewest) {
      fewest = crossed
      best = side
    }
  }
  return best
}

/**
 * The freest side for a figure, or null where it would cross a marker or another figure on every side.
 *
 * A figure that cannot be read says less than the shape alone. `taken` are the figures that stand already.
 */
export function freeSide(at: Point, others: readonly Point[], taken: readonly Box[]): Side | null {
  const side = freestSide(at, others)
  const box = figureBox(at, side)
  const crossed = others.some((other) => other !== at && overlaps(box, boxAround(other, 9))) || taken.some((one) => overlaps(box, one))
  return crossed ? null : side
}

/** The box a figure takes on a side of its marker. */
export function figureBox(at: Point, side: Side, width = 30, height = 18): Box {
  const away = 12
  if (side === 'right') return { x: at.x + away, y: at.y - height / 2, width, height }
  if (side === 'left') return { x: at.x - away - width, y: at.y - height / 2, width, height }
  if (side === 'above') return { x: at.x - width / 2, y: at.y - away - height, width, height }
  return { x: at.x - width / 2, y: at.y + away, width, height }
}
