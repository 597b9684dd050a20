import { describe, expect, it } from 'vitest'
import { isLandline, mobileIn } from '@/lib/mobile-number'

describe('a telephone as it is typed', () => {
  it.each([
    '19900001234',
    '199 0000 1234',
    '+86 199-0000-1234',
    '86-19900001234',
    '008619900001234',
    '１９９ ００００ １２３４',
    '\u202a+8619900001234\u202c',
    'tel:+86-199\u00a00000\u30001234',
    '19900001234.0',
    '1.9900001234E10',
    '019900001234',
  ])('%s is its eleven digits', (typed) => {
    expect(mobileIn(typed)).toBe('19900001234')
    expect(isLandline(mobileIn(typed))).toBe(false)
  })

  it('takes digit by digit, also behind the country', () => {
    let field = ''
    for (const digit of '+8619900001234') field = mobileIn(field + digit)
    expect(field).toBe('19900001234')
  })

  it.each(['0551-62345678', '+86 551 62345678', '010 62345678', '62345678', '400-123-4567'])('%s is a landline', (typed) => {
    expect(isLandline(mobileIn(typed))).toBe(true)
  })
})
