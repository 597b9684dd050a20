/** The words for a kind of alarm in the list of escalation plans. */
import { useI18n } from '@/words/core/i18n'
import { ANY_KIND } from '@/state/alarm/escalation-plans'

/** Name a kind of alarm as the list of steps does. */
export function useKindWords(): (kind: string) => string {
  const { t, te } = useI18n()
  return (kind) => {
    const key = kind === ANY_KIND ? 'console.steps.any' : `alarmKind.${kind}`
    return te(key) ? t(key) : kind
  }
}
