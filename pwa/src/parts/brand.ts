/** The platform's name: with the district's before it as soon as that is known. */
import { computed } from 'vue'
import { i18n } from '@/words'
import { session } from '@/state/people/session'

export const brand = computed(() => {
  const name = session.me?.district.name
  return name ? i18n.t('brand', { district: name.replace(/[（(].*$/u, '').replace(/[区县市]$/u, '') }) : i18n.t('brandShort')
})
