/** How an alarm ended, in a sentence for those who took part. */
import type { Alarm } from '@/lib/wire'
import { i18n } from '@/words'

/** Say the outcome of an alarm that has ended; of a drill only that it was one. Empty where nothing is known of it. */
export function sayOutcome(alarm: Partial<Alarm>): string {
  if (alarm.drill) return i18n.t('alarm.outcome.drill')
  return alarm.outcome ? i18n.t(`alarm.outcome.${alarm.outcome}`) : ''
}
