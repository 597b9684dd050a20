/** Pure: distances, places on a bearing, and scales of the map. */
import { wayBetween } from '@/lib/format'

/** A place in WGS-84 degrees. */
export interface Place {
  latitude: number
  longitude: number
}

const METERS_A_DEGREE = 111_195
const EQUATOR_M = 40_075_016.686

/** Distance in metres on the sphere. */
export function metersBetween(a: Place, b: Place): number {
  return wayBetween(a, b).distanceM
}

/** The place `meters` away on a bearing (degrees, 0 is north, 90 is east); flat, good for some kilometres. */
export function placeAt(from: Place, bearing: number, meters: number): Place {
  const turn = (bearing * Math.PI) / 180
  return {
    latitude: from.latitude + (Math.cos(turn) * meters) / METERS_A_DEGREE,
    longitude:
      from.longitude +
      (Math.sin(turn) * meters) / (METERS_A_DEGREE * Math.cos((from.latitude * Math.PI) / 180)),
  }
}

/** Screen pixels a kilometre takes at a web-mercator zoom and a latitude. */
export function pixelsPerKilometer(zoom: number, latitude: number): number {
  return (256 * 2 ** zoom * 1000) / (EQUATOR_M * Math.cos((latitude * Math.PI) / 180))
}

/** The round distance (1, 2 or 5 times a power of ten, metres) whose bar is at most `most` pixels long. */
export function scaleBar(pixelsPerKm: number, most: number): { meters: number; pixels: number } {
  const limit = (most / pixelsPerKm) * 1000
  const power = 10 ** Math.floor(Math.log10(limit))
  const meters = [5, 2, 1].map((step) => step * power).find((step) => step <= limit) ?? power
  return { meters, pixels: (meters / 1000) * pixelsPerKm }
}
