/** What `<input type="datetime-local">` holds, in the district's zone instead of the machine's. */

const MINUTE_MS = 60_000

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  formats.set(zone, made)
  return made
}

/** `2026-11-23T07:30` of a moment (ms) in a zone. */
export function toLocal(at: number, zone: string): string {
  return formatOf(zone).format(at).replace(' ', 'T')
}

/** The moment (ISO, UTC) of a local time in a zone; null for a text that is none. */
export function fromLocal(text: string, zone: string): string | null {
  const wanted = Date.parse(`${text}Z`)
  if (Number.isNaN(wanted)) return null
  // Two rounds: the first guess may lie on the other side of a change of the clocks.
  let at = wanted
  for (let round = 0; round < 2; round += 1) at += wanted - Date.parse(`${toLocal(at, zone)}Z`)
  return new Date(Math.round(at / MINUTE_MS) * MINUTE_MS).toISOString()
}
