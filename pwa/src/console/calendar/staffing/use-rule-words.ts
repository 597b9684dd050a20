/** What a rule of staffing is called: where it holds, at which peak, and what it asks for. */
import { GROUPS, type Heads, type Staffing, type StaffingRule } from '@/lib/wire'
import { useI18n } from '@/words/core/i18n'
import { sayPeak } from '@/words/core/say'

/** Words of rules, by the sheet that they stand in. */
export function useRuleWords(staffing: () => Staffing): {
  where: (rule: StaffingRule) => string
  peak: (rule: StaffingRule) => string
  heads: (heads: Heads) => string
  asked: (rule: StaffingRule) => string
} {
  const { t } = useI18n()

  function where(rule: StaffingRule): string {
    if (rule.post_id !== null) return staffing().posts.find((post) => post.post_id === rule.post_id)?.name ?? `#${rule.post_id}`
    if (rule.school_kind) return t('console.calendar.needs.kind', { kind: t(`console.schoolKind.${rule.school_kind}`) })
    return t('console.calendar.needs.everywhere')
  }

  const heads = (some: Heads): string =>
    GROUPS.filter((group) => some[group] > 0)
      .map((group) => `${t(`group.${group}`)} ${some[group]}`)
      .join(t('and'))

  return {
    where,
    heads,
    peak: (rule) => (rule.peak ? sayPeak(rule.peak) : t('console.calendar.needs.everyPeak')),
    asked: (rule) => (rule.by_pupils ? t('console.calendar.needs.byPupils') : heads(rule.heads)),
  }
}
