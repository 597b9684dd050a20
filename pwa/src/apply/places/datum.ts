/** Pure: a typed place in one of the two coordinate systems. */
import gcoord from 'gcoord'
import type { Datum } from '@/lib/wire'
import type { Place } from './geo'

const SYSTEMS = { wgs84: gcoord.WGS84, gcj02: gcoord.GCJ02 } as const
/** Of a degree: 10 cm. */
const DECIMALS = 6

/** A place as it is typed: numbers in degrees, perhaps not yet, and their system. */
export interface TypedPlace {
  latitude: string
  longitude: string
  datum: Datum
}

/** Give a place in another system. */
export function inDatum(place: Place, from: Datum, to: Datum): Place {
  if (from === to) return place
  const [longitude = place.longitude, latitude = place.latitude] = gcoord.transform([place.longitude, place.latitude], SYSTEMS[from], SYSTEMS[to])
  return { latitude, longitude }
}

/** Read what is typed; `null` where it is no place on the globe. */
export function readPlace(typed: TypedPlace): Place | null {
  const [latitude, longitude] = [typed.latitude, typed.longitude].map((text) => (/^-?\d{1,3}(\.\d+)?$/u.test(text.trim()) ? Number(text) : NaN)) as [number, number]
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null
}

/** Read both numbers of a place out of one text, as maps give them, in either order; `null` where it is none in the country. */
export function pairIn(text: string): Place | null {
  const numbers = text.trim().match(/^[([（]?(\d{1,3}(?:\.\d+)?)[\s,，、;；]{1,4}(\d{1,3}(?:\.\d+)?)[)\]）]?$/u)
  if (!numbers) return null
  // Latitudes and longitudes of the country are never the same.
  const [latitude, longitude] = [Number(numbers[1]), Number(numbers[2])].sort((one, other) => one - other) as [number, number]
  return latitude > 3 && latitude < 54 && longitude > 73 && longitude < 136 ? { latitude, longitude } : null
}

/** Write a place into the fields. */
export function typedPlace(place: Place, datum: Datum): TypedPlace {
  return { latitude: place.latitude.toFixed(DECIMALS), longitude: place.longitude.toFixed(DECIMALS), datum }
}
