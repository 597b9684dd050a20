/** What a row of the audit log tells, as a sentence: each fact by its words, none by its name in the code. */
import type { AuditRow } from '@/lib/wire'
import type { Texts, Values } from '@/words/core/i18n'

/** What a sentence needs besides the row: texts, whether there is one, and why a message did not arrive. */
export interface Speech extends Pick<Texts, 't' | 'te'> {
  sayReason: (reason: string) => string
}

/** Of a hash so much, as much as people compare. */
const HASH_SHOWN = 12
/** What the look at a map was bounded by, and who gave a command: said elsewhere, or of no use in words. */
const UNSAID: ReadonlySet<string> = new Set(['box', 'os_user', 'sudo_user'])
/** Shown by name where the server knows it, else by number. */
const NAMED: ReadonlySet<string> = new Set(['post_id', 'district_id', 'station_id', 'school_id', 'unit_id', 'lead_unit_id', 'hook_id', 'device_id'])
const COUNTED: ReadonlySet<string> = new Set(['account_ids', 'unit_ids', 'positions_of', 'support_unit_ids', 'not_understood', 'steps'])

/** Acts whose reason somebody typed: it is no code. */
const TYPED_REASON: ReadonlySet<string> = new Set(['edit_days', 'change_peaks', 'remove_peaks', 'change_staffing', 'end_staffing', 'correct_attendance', 'certificate.revoked', 'badge.revoked', 'reissue_code', 'post.archived', 'post.taken_back', 'school.closed', 'school.opened', 'station.closed', 'station.opened'])

/** The words of an act; one without words shows its code. A dot in a code is a line in the key of its words. */
export function actWords(act: string, texts: Pick<Speech, 't' | 'te'>): string {
  return textOf(texts, `console.audit.acts.${act.replaceAll('.', '_')}`) ?? act
}

/** The text of a key that may have none. */
function textOf({ t, te }: Pick<Speech, 't' | 'te'>, key: string, values?: Values): string | null {
  return te(key) ? t(key, values) : null
}

/** Tell a row's facts as one sentence; empty where there is nothing to tell. */
export function factsSentence(row: AuditRow, speech: Speech): string {
  // The alarm first: the rest is said of it.
  const facts = Object.entries(row.facts).sort(([a], [b]) => Number(b === 'alarm_id') - Number(a === 'alarm_id'))
  const said = facts.flatMap(([name, value]) => phrase(row, name, value, speech) ?? [])
  const sentence = said.join(speech.t('console.audit.between'))
  return sentence && sentence.charAt(0).toUpperCase() + sentence.slice(1) + speech.t('console.audit.stop')
}

function phrase(row: AuditRow, name: string, value: unknown, speech: Speech): string | null {
  if (UNSAID.has(name)) return null
  if (row.act === 'import' && Array.isArray(value)) return imported(name, value, speech)
  if (name === 'changes' && Array.isArray(value)) return value.map((one) => changed(one, speech)).join(speech.t('console.audit.between'))
  const purged = row.act === 'purge' ? textOf(speech, `console.audit.purged.${name}`, { v: value }) : null
  if (purged !== null) return purged
  const key = `console.audit.fact.${name}`
  if (value === null) return textOf(speech, `${key}_none`)
  if (typeof value === 'boolean') return textOf(speech, `${key}_${value ? 'yes' : 'no'}`)
  const v = valueWords(row, name, value, speech)
  if (v === null) return null
  return textOf(speech, key, { v }) ?? `${name}: ${v}`
}

function imported(kind: string, counts: unknown[], speech: Speech): string | null {
  const [added, changed, removed] = counts.map(Number)
  if (!added && !changed && !removed) return null
  const what = textOf(speech, `console.audit.imported.${kind}`) ?? kind
  return speech.t('console.audit.imported.counts', { what, added, changed, removed })
}

/** One column that was changed: what stood there, and what stands there now. */
function changed(one: unknown, speech: Speech): string {
  const [column, was, is] = Array.isArray(one) ? one.map(String) : []
  const said = (value = ''): string => (column === 'school_kind' ? textOf(speech, `console.schoolKind.${value}`) : null) ?? (value || speech.t('console.audit.nothing'))
  return speech.t('console.audit.changedFrom', { what: textOf(speech, `console.audit.value.column.${column}`) ?? column, was: said(was), is: said(is) })
}

/** A value in words; `null` where there is nothing to say of it. */
function valueWords(row: AuditRow, name: string, value: unknown, speech: Speech): string | null {
  const named = row.names[name]
  if (named !== undefined) return String(named)
  if (Array.isArray(value)) return listWords(name, value, speech)
  const word = String(value)
  if (name === 'reason' && TYPED_REASON.has(row.act)) return word
  const keys: Record<string, string> = {
    role: `role.${word}`,
    category: `category.${word}`,
    peak: `peak.${word}`,
    outcome: `console.outcome.${word}`,
    kind: row.act.startsWith('consent') ? `console.audit.value.consent.${word}` : word === 'any' ? 'console.steps.any' : `alarmKind.${word}`,
  }
  const key = keys[name] ?? `console.audit.value.${name}.${word}`
  const known = textOf(speech, key)
  if (known !== null) return known
  if (name === 'reason') return speech.sayReason(word)
  if (name === 'code') return refusalWords(word, speech)
  if (name === 'head') return word.slice(0, HASH_SHOWN)
  if (typeof value === 'object') return JSON.stringify(value)
  return NAMED.has(name) ? `#${word}` : word
}

function listWords(name: string, value: readonly unknown[], speech: Speech): string | null {
  if (!value.length) return null
  if (COUNTED.has(name)) return String(value.length)
  return value
    .map((one) => textOf(speech, name === 'tiers' ? `console.tierName.${one}` : `console.audit.value.column.${one}`) ?? String(one))
    .join(speech.t('and'))
}

/** A refusal's sentence, unless it waits for values that are not kept. */
function refusalWords(code: string, speech: Speech): string {
  const words = textOf(speech, `refusals.${code}`) ?? textOf(speech, `console.refusals.${code}`) ?? ''
  return !words || words.includes('{') ? code : words.replace(/[。.]$/u, '')
}
