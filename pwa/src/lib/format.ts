/** Times, distances and directions as people read them; the district's time zone, 24 h. */

export const DEFAULT_ZONE = 'Asia/Shanghai'

const DAY_MS = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

function format(zone: string, language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone}|${language}|${JSON.stringify(options)}`
  let made = formats.get(key)
  if (!made) formats.set(key, (made = new Intl.DateTimeFormat(language, { timeZone: zone, ...options })))
  return made
}

const HOURS: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }

/** 07:12 */
export function clockTime(at: string | number, zone: string = DEFAULT_ZONE): string {
  return format(zone, 'en-GB', HOURS).format(new Date(at))
}

/** 07:36:05, for alarms only. */
export function clockSeconds(at: string | number, zone: string = DEFAULT_ZONE): string {
  return format(zone, 'en-GB', { ...HOURS, second: '2-digit' }).format(new Date(at))
}

/** 07:20–08:00, on one line. */
export function clockSpan(from: string, to: string, zone: string = DEFAULT_ZONE): string {
  return `${clockTime(from, zone)}–\u2060${clockTime(to, zone)}`
}

/** 2026-11-23, the local date in the zone. */
export function localDate(at: string | number, zone: string = DEFAULT_ZONE): string {
  return format(zone, 'sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at))
}

/** Today's time as 07:20; any other day's with the weekday before it. */
export function dayTime(at: string | number, now: number, language: string, zone: string = DEFAULT_ZONE): string {
  const time = clockTime(at, zone)
  if (localDate(at, zone) === localDate(now, zone)) return time
  const near = Math.abs(new Date(at).getTime() - now) < 6 * DAY_MS
  const day: Intl.DateTimeFormatOptions = near ? { weekday: 'short' } : { month: 'short', day: 'numeric' }
  // British order, as everywhere in the English pages.
  return `${format(zone, language === 'en' ? 'en-GB' : language, day).format(new Date(at))} ${time}`
}

/** Whole minutes from now until a moment, never below zero; begun minutes count. */
export function minutesUntil(at: string | number, now: number): number {
  return Math.max(0, Math.ceil((new Date(at).getTime() - now) / 60_000))
}

/** 1:48 or 02:36: minutes and seconds of a span. */
export function minutesSeconds(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
}

/** Metres under 1,000, then kilometres with one decimal; the unit is a word's key. */
export function distanceParts(metres: number): { n: string; unit: 'm' | 'km' } {
  if (metres < 1000) return { n: String(Math.round(metres / 10) * 10 || Math.round(metres)), unit: 'm' }
  return { n: (metres / 1000).toFixed(1), unit: 'km' }
}

const DIRECTIONS = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const

/** The eighth of the compass that a bearing lies in. */
export function directionOf(bearingDeg: number): (typeof DIRECTIONS)[number] {
  return DIRECTIONS[Math.round((((bearingDeg % 360) + 360) % 360) / 45) % 8]!
}

const WALK_M_PER_MINUTE = 110

/** Minutes of a quick walk, one at least. */
export function walkMinutes(metres: number): number {
  return Math.max(1, Math.round(metres / WALK_M_PER_MINUTE))
}

const EARTH_M = 6_371_000
const radians = (degrees: number): number => (degrees * Math.PI) / 180

interface Place {
  latitude: number
  longitude: number
}

/** Great-circle distance in metres and the bearing from the first to the second place. */
export function wayBetween(from: Place, to: Place): { distanceM: number; bearingDeg: number } {
  const a = radians(from.latitude)
  const b = radians(to.latitude)
  const across = radians(to.longitude - from.longitude)
  const half = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(across / 2) ** 2
  const y = Math.sin(across) * Math.cos(b)
  const x = Math.cos(a) * Math.sin(b) - Math.sin(a) * Math.cos(b) * Math.cos(across)
  return {
    distanceM: 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(half))),
    bearingDeg: ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360,
  }
}
