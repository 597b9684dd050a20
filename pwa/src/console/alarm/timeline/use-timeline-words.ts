/** The words for the rows of a timeline. */
import { useI18n } from '@/words/core/i18n'
import type { Id } from '@/lib/wire'
import type { EscalationCall, Cause } from '@/apply/alarm/escalation-calls'
import type { TimelineRow } from './timeline'
import { useMeasures } from '@/console/core/use-measures'
import { useLadderWords } from '@/console/alarm/responders/use-ladder-words'

/** Of the others it does not matter which step it is: it is the last one again. */
const STEPS: readonly Cause[] = ['by_console', 'no_acknowledgement', 'unreached']

/** What a unit says itself, by its link. */
const SAID_BY_UNIT = /^unit_(?:acknowledged|on_the_way|arrived)$/

/** The words of a line of the course, with names from whoever knows them: the console's memory, or a report. */
export function useTimelineWords(nameOf: (id: Id) => string | null): {
  actorOf: (row: TimelineRow) => string
  wordsOf: (row: TimelineRow) => string
} {
  const { t, te } = useI18n()
  const { channels } = useLadderWords()
  const { distance } = useMeasures()
  const named = (id: Id): string => nameOf(id) ?? t('console.alarm.somebody')

  function toldWords(counts: Record<string, string | number>): string {
    const parts = (['first', 'second', 'third'] as const)
      .filter((tier) => Number(counts[tier]) > 0)
      .map((tier) => t(`console.act.toldTier.${tier}`, { n: counts[tier] ?? 0 }))
    return t('console.act.told', { who: parts.join(t('and')) })
  }

  /** The word of a key that a newer server may not have yet, else its code. */
  function wordOr(key: string, code: string | number): string {
    return te(key) ? t(key) : String(code)
  }

  function calledWords(call: EscalationCall): string {
    if (call.reached === 0) return t('console.called.nobody', { ...call })
    const ways = t('console.called.ways', { channels: channels(call.channels) })
    const line = t(STEPS.includes(call.cause) ? 'console.called.line' : 'console.called.again', {
      ...call,
      ways,
      cause: t(`console.called.cause.${call.cause}`),
    })
    const asked = call.asked ? t('console.called.asked', { n: call.asked }) : ''
    const resting = call.resting ? t('console.called.resting', { n: call.resting }) : ''
    return line + asked + resting + (call.times > 1 ? t('console.called.times', { n: call.times }) : '')
  }

  return {
    actorOf(row) {
      if (row.actor !== null) return named(row.actor)
      return SAID_BY_UNIT.test(row.words) ? String(row.values.unit) : t('console.alarm.platform')
    },
    wordsOf(row) {
      const people = Object.fromEntries(Object.entries(row.people).map(([name, id]) => [name, named(id)]))
      const values = { ...row.values }
      if (typeof values.far === 'number') values.far = distance(values.far)
      if (values.kind) values.kind = wordOr(`alarmKind.${values.kind}`, values.kind)
      if (values.outcome) values.outcome = wordOr(`console.outcome.${values.outcome}`, values.outcome)
      if (values.part) values.part = wordOr(`console.units.part.${values.part}`, values.part)
      if (row.words === 'told') return toldWords(row.values)
      if (row.words === 'called') return row.call ? calledWords(row.call) : ''
      if (row.tiers.length) Object.assign(values, { tiers: row.tiers.map((tier) => t(`console.tierName.${tier}`)).join(t('and')) })
      return t(`console.act.${row.words}`, { ...values, ...people })
    },
  }
}
