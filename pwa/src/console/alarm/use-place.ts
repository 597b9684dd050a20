/** The words for the place of an alarm. */
import { useI18n } from '@/words/core/i18n'
import type { Alarm } from '@/lib/wire'
import { postById } from '@/state/core/console'
import { gateOf } from '@/apply/duty/post-view'

/** Say where an alarm is: school and gate, or that the post lies outside what this console sees. */
export function usePlaceOf(): (alarm: Alarm) => string {
  const { t } = useI18n()
  return (alarm) => {
    const post = postById(alarm.post_id)
    if (!post) return t('console.alarm.elsewhere')
    return `${post.school_name} ${gateOf(post)}`.trim()
  }
}
