/** Pure: markers moved apart where they would hide each other. */
import type { Point } from './boxes'

const ROUNDS = 12

/**
 * Move markers apart that stand under `least` pixels from each other, so that none hides another.
 *
 * Answers the shift of each in pixels, in the order given. Two at the very same point part along a direction that
 * depends on their order only, so that the picture is the same each time.
 */
export function spread(points: readonly Point[], least: number): Point[] {
  const moved = points.map((point) => ({ ...point }))
  for (let round = 0; round < ROUNDS; round += 1) {
    if (!pushApart(moved, least)) break
  }
  return moved.map((point, i) => ({ x: point.x - (points[i]?.x ?? 0), y: point.y - (points[i]?.y ?? 0) }))
}

function pushApart(points: Point[], least: number): boolean {
  let pushed = false
  points.forEach((a, i) => {
    for (let j = i + 1; j < points.length; j += 1) {
      const b = points[j]
      if (!b) continue
      const dx = b.x - a.x
      const dy = b.y - a.y
      if (Math.abs(dx) >= least || Math.abs(dy) >= least) continue
      const distance = Math.hypot(dx, dy)
      if (distance >= least - 0.01) continue
      const turn = distance > 0.01 ? Math.atan2(dy, dx) : i * 2.4
      const push = (least - distance) / 2
      a.x -= Math.cos(turn) * push
      a.y -= Math.sin(turn) * push
      b.x += Math.cos(turn) * push
      b.y += Math.sin(turn) * push
      pushed = true
    }
  })
  return pushed
}
