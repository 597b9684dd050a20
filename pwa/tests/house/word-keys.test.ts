/** A key that no word has is refused by the compiler: each line below that must not pass says so, and `npm run types` holds it to that. */
import { expect, it } from 'vitest'
import type { AlarmKind } from '@/lib/wire'
import { createTexts } from '@/words/core/i18n'

const { t, te } = createTexts('any')

it('asks for words by keys that exist', () => {
  const [kind, code, tier] = ['fire' as AlarmKind, 'too_early' as string, 1 as number]
  expect(t('phone.act.checkIn')).toBe('phone.act.checkIn')
  expect(t(`alarmKind.${kind}`)).toBe('alarmKind.fire')
  // @ts-expect-error: no such word
  expect(t('phone.act.checkin')).toBe('phone.act.checkin')
  // @ts-expect-error: a branch of words is no word
  expect(t('phone.act')).toBe('phone.act')
  // @ts-expect-error: not every kind of alarm is the name of a peak
  expect(t(`peak.${kind}`)).toBe('peak.fire')
  // @ts-expect-error: a number may be any number
  expect(t(`alarm.tiers.${tier}`)).toBe('alarm.tiers.1')
  // @ts-expect-error: a code of the server's may be new, so it is asked for with `te` first
  expect(t(`refusals.${code}`)).toBe('refusals.too_early')
  const key = `refusals.${code}`
  expect(te(key) ? t(key) : 'none').toBe('none')
})
