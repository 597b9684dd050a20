/** The words for why a message did not arrive. */
import { i18n } from '@/words'

/** Say why a message did not arrive, for any reason that the server gives; an unknown one shows its code. */
export function sayReason(reason: string): string {
  const key = `console.channels.reason.${reason}`
  if (i18n.te(key)) return i18n.t(key)
  const [kind, code] = [reason.slice(0, reason.indexOf('_')), reason.slice(reason.indexOf('_') + 1)]
  if (kind === 'status' || kind === 'code') return i18n.t(`console.channels.reason.${kind}`, { code })
  return i18n.t('console.channels.reason.other', { code: reason })
}
