/** A point or a box in screen pixels, origin at the top left. */
export interface Point {
  x: number
  y: number
}

export interface Box extends Point {
  width: number
  height: number
}

/** Whether two boxes share any area, keeping `gap` pixels between them. */
export function overlaps(a: Box, b: Box, gap = 0): boolean {
  return (
    a.x < b.x + b.width + gap &&
    b.x < a.x + a.width + gap &&
    a.y < b.y + b.height + gap &&
    b.y < a.y + a.height + gap
  )
}

/** A box of a size around its middle. */
export function boxAround(middle: Point, width: number, height = width): Box {
  return { x: middle.x - width / 2, y: middle.y - height / 2, width, height }
}

/** Whether `inner` lies wholly within `outer`. */
export function contains(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  )
}

/** The point of a box nearest to another point: where a leader line ends. */
export function nearestEdge(box: Box, to: Point): Point {
  return {
    x: Math.min(box.x + box.width, Math.max(box.x, to.x)),
    y: Math.min(box.y + box.height, Math.max(box.y, to.y)),
  }
}
