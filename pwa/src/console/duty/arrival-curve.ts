/** Pure: the drawing of the arrival curve. */
import type { Arrivals } from '@/lib/wire'

/** A drawing of the arrivals curve in a box of `width` × `height` px. */
export interface Curve {
  line: string
  area: string
  requiredY: number
  startX: number
  last: { x: number; y: number } | null
}

const TOP = 4
const BOTTOM = 1

/** Draw heads present over the peak; the scale holds both the required heads and any surplus. No peak, no curve. */
export function drawCurve(arrivals: Arrivals, width: number, height: number): Curve | null {
  if (!arrivals.opens_at || !arrivals.starts_at || !arrivals.ends_at) return null
  const from = Date.parse(arrivals.opens_at)
  const until = Date.parse(arrivals.ends_at)
  const most = Math.max(1, arrivals.required, ...arrivals.points.map((point) => point.present))
  const x = (at: number): number => (until <= from ? 0 : clamp((at - from) / (until - from)) * width)
  const y = (present: number): number => height - BOTTOM - (present / most) * (height - TOP - BOTTOM)
  const points = arrivals.points.map((point) => ({ x: x(Date.parse(point.at)), y: y(point.present) }))
  const line = points.map((point, i) => `${i === 0 ? 'M' : 'L'}${round(point.x)} ${round(point.y)}`).join('')
  const last = points[points.length - 1] ?? null
  const first = points[0]
  const floor = height - BOTTOM
  return {
    line,
    area: first && last ? `${line}L${round(last.x)} ${floor}L${round(first.x)} ${floor}Z` : '',
    requiredY: round(y(arrivals.required)),
    startX: round(x(Date.parse(arrivals.starts_at))),
    last: last && { x: round(last.x), y: round(last.y) },
  }
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share))
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
