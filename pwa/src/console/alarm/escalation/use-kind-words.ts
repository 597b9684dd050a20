import { useI18n } from '@/words/core/i18n'
import { ANY_KIND } from '@/state/alarm/escalation-plans'

/** Name a kind of alarm as the list of steps does. */
export function useKindWords(): (kind: string) => string {
  const { t } = useI18n()
  return (kind) => (kind === ANY_KIND ? t('console.steps.any') : t(`alarmKind.${kind}`))
}
