/** The pages that somebody at this desk may open: those of every day in the bar, the others behind one button beside them. */
import { computed, watch, type ComputedRef } from 'vue'
import { useRoute } from 'vue-router'
import type { Permissions } from '@/apply/people/permissions'
import { isBare } from '@/console/operations/checklist-words'
import { openCount } from '@/state/alarm/console-alerts'
import { checklist, lookAtChecklist } from '@/state/operations/checklist'
import { useI18n } from '@/words/core/i18n'

type Page = 'account' | 'alarms' | 'attendance' | 'calendar' | 'channels' | 'checklist' | 'consents' | 'devices' | 'drills' | 'escalation' | 'exports' | 'guards' | 'places' | 'roster' | 'sign-ins' | 'status' | 'units' | 'users'

export interface Tab {
  /** `''` is the first page, at /console itself. */
  page: Page | ''
  words: string
  here: boolean
  count?: number
  /** What is counted, for those who hear it. */
  counted?: string
}

/** So many stand in the bar in both languages; where there are more, those that are seldom opened go behind the button. */
const MOST = 8

export function useBarPages(may: () => Permissions): ComputedRef<{ daily: Tab[]; others: Tab[] }> {
  const { t } = useI18n()
  const route = useRoute()
  const tab = (page: Page, shown = true): Tab[] => (shown ? [{ page, words: t(`console.bar.${page}`), here: route.path.startsWith(`/console/${page}`) }] : [])
  const first = (words: string, here: boolean): Tab => ({ page: '', words, here })

  /** Until somebody can stand at a gate it is what an administrator needs each day. */
  const bare = computed(() => may().seeStatus && checklist.value !== null && isBare(checklist.value))
  const setUp = (): Tab[] => tab('checklist', may().seeStatus).map((one) => ({ ...one, count: checklist.value?.open ?? 0, counted: t('console.bar.todo') }))

  watch(
    [() => may().seeStatus, () => checklist.value === null, () => bare.value && route.name],
    // Its own page says what went wrong.
    () => may().seeStatus && route.name !== 'console-checklist' && void lookAtChecklist().catch(() => undefined),
    { immediate: true },
  )

  function daily(): Tab[] {
    return [
      first(t('console.bar.live'), route.name === 'console-live'),
      ...(bare.value ? setUp() : []),
      ...tab('alarms').map((one) => ({ ...one, count: openCount.value, counted: t('console.bar.open') })),
      ...tab('guards'),
      ...tab('roster'),
      ...tab('calendar'),
      ...tab('attendance'),
      ...tab('drills', may().runDrills),
    ]
  }

  function seldom(): Tab[] {
    const { runDrills, dispatch, seeUnits, takeExports, editTexts, manageUsers, seePlaces, seeStatus } = may()
    return [
      ...tab('exports', takeExports),
      ...tab('channels'),
      ...tab('devices', runDrills),
      ...tab('escalation', dispatch),
      ...tab('units', seeUnits),
      ...tab('consents', editTexts),
      ...tab('places', seePlaces),
      ...tab('users', manageUsers),
      ...(bare.value ? [] : setUp()),
      ...tab('status', seeStatus),
      ...tab('account'),
    ]
  }

  return computed(() => {
    const { see, seeAudit, letIn } = may()
    if (seeAudit) return { daily: [first(t('console.bar.audit'), !['console-account', 'console-exports'].includes(String(route.name))), ...tab('exports'), ...tab('account')], others: [] }
    if (letIn) {
      const elsewhere = ['console-account', 'console-guards', 'console-sign-ins'].includes(String(route.name))
      return { daily: [first(t('console.bar.rights'), !elsewhere), ...tab('guards'), ...tab('sign-ins'), ...tab('account')], others: [] }
    }
    if (!see) return { daily: [], others: [] }
    const all = [...daily(), ...seldom()]
    return all.length > MOST ? { daily: daily(), others: seldom() } : { daily: all, others: [] }
  })
}
