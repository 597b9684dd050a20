/** Phrases made of several words: refusals, missing heads, distances. */
import { DEFAULT_ZONE, dayTime, distanceParts } from '@/lib/format'
import { Refusal } from '@/lib/http'
import type { SeatCount } from '@/apply/duty/seat-count'
import { GROUPS, type Heads } from '@/lib/wire'
import { serverNow } from '@/lib/server-time'
import { i18n } from '@/words'
import type { WordKey } from '@/words/keys'

const t = (key: WordKey, values: Record<string, unknown> = {}): string => i18n.t(key, values)

function factText(name: string, value: unknown): unknown {
  if (!name.endsWith('_at')) return value
  if (typeof value !== 'string') return t('refusals.unknownTime')
  return dayTime(value, serverNow(), i18n.locale.value, DEFAULT_ZONE)
}

/** Say why the server refused; an unknown code still gets a sentence. */
export function sayRefusal(code: string, facts: Record<string, unknown> = {}): string {
  const values = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, factText(name, value)]))
  const key = [`refusals.${code}`, `console.refusals.${code}`].find((one) => i18n.te(one))
  return t(key ?? 'refusals.unknown', values)
}

/** Say what went wrong, for any error that a call threw. */
export function sayError(error: unknown): string {
  return error instanceof Refusal ? sayRefusal(error.code, error.facts) : t('refusals.unreachable')
}

/** Name a peak; a district may have peaks of its own beside the four that have names. */
export function sayPeak(peak: string): string {
  const key = `peak.${peak}`
  return t(i18n.te(key) ? key : 'otherPeak')
}

/** "240 米" or "1.1 公里". */
export function sayDistance(metres: number): string {
  const { n, unit } = distanceParts(metres)
  return t(`unit.${unit}`, { n })
}

/** "保安 1、民警 1", empty when nobody is missing. */
export function sayMissing(missing: Heads): string {
  return GROUPS.filter((group) => missing[group] > 0)
    .map((group) => `${t(`group.${group}`)} ${missing[group]}`)
    .join(t('and'))
}

/** Who waits or stands beyond the seats of a post, apart from its count; empty where nobody does. */
export const sayApart = (count: SeatCount): string =>
  (['waiting', 'extra'] as const)
    .filter((one) => count[one])
    .map((one) => t(`phone.seats.${one}`, { n: count[one] }))
    .join(t('and'))
