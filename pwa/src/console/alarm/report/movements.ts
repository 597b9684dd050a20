/** Pure: the drawing of who moved where during an alarm. */
import { lastOf } from '@/lib/last'
import type { AlarmReport, Id } from '@/lib/wire'

/** A place on the drawing, in metres east and south of the post. */
export interface Spot {
  x: number
  y: number
}

/** Somebody's way: a line of spots, and who. */
export interface Track {
  account_id: Id
  spots: Spot[]
}

/** The drawing: what it holds, and the square of metres around all of it. */
export interface Drawing {
  alarm: Spot
  tracks: Track[]
  left: number
  top: number
  width: number
  height: number
  /** Length of the scale's bar: round metres. */
  scale: number
}

const METRES_A_DEGREE = 111_195
const LEAST_M = 120
const STEPS = [20, 50, 100, 200, 500, 1000, 2000, 5000]

/** Lay a report's movements out flat around its post; good for some kilometres. */
export function drawingOf(report: AlarmReport, aspect: number): Drawing {
  const { latitude, longitude } = report.place
  const east = METRES_A_DEGREE * Math.cos((latitude * Math.PI) / 180)
  const spot = (at: { latitude: number; longitude: number }): Spot => ({
    x: (at.longitude - longitude) * east,
    y: (latitude - at.latitude) * METRES_A_DEGREE,
  })
  const alarm = spot(report.alarm)
  const tracks = report.movements.map((one) => ({ account_id: one.account_id, spots: one.points.map(spot) }))
  const all = [{ x: 0, y: 0 }, alarm, ...tracks.flatMap((track) => track.spots)]
  const xs = all.map((one) => one.x)
  const ys = all.map((one) => one.y)
  const wide = Math.max(LEAST_M, Math.max(...xs) - Math.min(...xs)) * 1.25
  const high = Math.max(LEAST_M / aspect, Math.max(...ys) - Math.min(...ys)) * 1.25
  const width = Math.max(wide, high * aspect)
  const height = width / aspect
  const middle = { x: (Math.max(...xs) + Math.min(...xs)) / 2, y: (Math.max(...ys) + Math.min(...ys)) / 2 }
  const scale = lastOf(STEPS.filter((step) => step <= width / 4)) ?? STEPS[0]!
  return { alarm, tracks, left: middle.x - width / 2, top: middle.y - height / 2, width, height, scale }
}
