/** A telephone as people type and paste it: the server reads it the same way. */

const MOBILE_DIGITS = 11

/** The digits of a mobile number as far as they are there, without +86, marks of direction and a spreadsheet's `.0`. */
export function mobileIn(text: string): string {
  const plain = text.normalize('NFKC').replace(/[\s\p{Cf}]/gu, '')
  const number = /^\d+\.0*$|^\d\.\d+e10$/i.test(plain) ? String(Number(plain)) : plain
  const digits = number.replace(/\D/g, '').replace(/^0*86(?=1)/, '').replace(/^0(?=1[3-9]\d{9})/, '')
  return digits.startsWith('1') ? digits.slice(0, MOBILE_DIGITS) : digits
}

/** What no text message reaches: seven digits or more that do not begin as a mobile number does. */
export const isLandline = (digits: string): boolean => /^[02-9]\d{6,}/.test(digits)
