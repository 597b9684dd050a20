/** Pure: where the alarm lies from the school's gate, as a small drawing north up. */
import { wayBetween } from '@/lib/format'
import type { JointLink } from '@/lib/wire'

export interface Spot {
  x: number
  y: number
}

export interface Sketch {
  width: number
  height: number
  gate: Spot
  alarm: Spot
  /** Radius within which the alarm lies. */
  doubt: number
  /** Length of the scale's bar, in the drawing and in metres. */
  bar: number
  barM: number
  /** Lines of a grid as wide as the bar. */
  grid: { x: number[]; y: number[] }
  distanceM: number
  bearingDeg: number
}

const WIDTH = 320
const HEIGHT = 180
const LEAST_M = 120
const MOST_DOUBT_M = 500
/** Nearer than this the two are one place. */
export const SAME_M = 15

/** Draw the gate and the alarm with room around both; whatever lies further out than that is still shown. */
export function sketchOf(task: JointLink): Sketch {
  const from = { latitude: task.gate_latitude, longitude: task.gate_longitude }
  const { distanceM, bearingDeg } = wayBetween(from, task)
  const turn = (bearingDeg * Math.PI) / 180
  const doubtM = Math.min(task.accuracy_m ?? 0, MOST_DOUBT_M)
  const highM = Math.max(LEAST_M, Math.abs(Math.cos(turn)) * distanceM * 2, (Math.abs(Math.sin(turn)) * distanceM * 2 * HEIGHT) / WIDTH, doubtM * 2.4)
  const px = HEIGHT / highM
  const [dx, dy] = [Math.sin(turn) * distanceM * px, -Math.cos(turn) * distanceM * px]
  const barM = roundBelow(highM / 2)
  const bar = barM * px
  const lines = (length: number): number[] => Array.from({ length: Math.ceil(length / bar) }, (_one, step) => (step + 0.5) * bar)
  return {
    width: WIDTH,
    height: HEIGHT,
    gate: { x: (WIDTH - dx) / 2, y: (HEIGHT - dy) / 2 },
    alarm: { x: (WIDTH + dx) / 2, y: (HEIGHT + dy) / 2 },
    doubt: doubtM * px,
    bar,
    barM,
    grid: { x: lines(WIDTH), y: lines(HEIGHT) },
    distanceM,
    bearingDeg,
  }
}

function roundBelow(metres: number): number {
  const power = 10 ** Math.floor(Math.log10(metres))
  return [5, 2, 1].map((step) => step * power).find((step) => step <= metres) ?? power
}
