/** What only the console writes: a day's name, a running clock, grouped figures. */

/** `11月23日 星期一` or `Mon 23 Nov`, in the district's time zone. */
export function dayName(at: number, zone: string, locale: string): string {
  const written = (language: string, options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(language, { timeZone: zone, ...options }).format(at)
  if (locale.startsWith('zh')) {
    return `${written('zh-CN', { month: 'long', day: 'numeric' })} ${written('zh-CN', { weekday: 'long' })}`
  }
  return written('en-GB', { weekday: 'short', day: 'numeric', month: 'short' }).replace(',', '')
}

/** `02:18`, and `1:02:18` past an hour; begun seconds do not count. */
export function clockOf(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const pad = (part: number): string => String(part).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const rest = `${pad(Math.floor((whole % 3600) / 60))}:${pad(whole % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}

/** Whole minutes since a time, never negative. */
export function minutesSince(at: string, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(at)) / 60_000))
}

/** `1,239`: thousands apart. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US')
}
