/** Pure: how the text of a consent is read on a screen. */
import { lastOf } from '@/lib/last'
import type { Consent, ConsentText, OwnConsents } from '@/lib/wire'

export type TextLanguage = keyof ConsentText['title']

const TAGS: Record<TextLanguage, { required: string; optional: string; dot: string }> = {
  zh: { required: '必选', optional: '可选', dot: ' ・ ' },
  en: { required: 'Required', optional: 'Optional', dot: ' · ' },
}

/** What fits under a box to tick; the rest of a longer text is a press away. */
const SHORT = 240

/** The language of a text for that of the page. */
export const languageOf = (locale: string): TextLanguage => (locale === 'en' ? 'en' : 'zh')

/** The paragraphs of a text, the first after the word whether one has to agree. */
export function paragraphsOf(text: ConsentText, language: TextLanguage): string[] {
  const { required, optional, dot } = TAGS[language]
  const [first, ...rest] = text.text[language].split(/\n\s*\n/u)
  return [[text.required ? required : optional, first].join(dot), ...rest]
}

/** How many paragraphs are shown at first. */
export const shownFirst = (paragraphs: readonly string[]): number => (paragraphs.join('').length > SHORT ? 1 : paragraphs.length)

/** One kind of consent as its guard sees it: what he agreed to, what is in force, and whether he is asked anew. */
export interface ConsentLine {
  current: ConsentText
  /** The words that he agreed to and that still count, else those in force. */
  shown: ConsentText
  /** What he did last. */
  last: Consent | null
  given: boolean
  asks: boolean
}

export function linesOf(own: OwnConsents): ConsentLine[] {
  return own.texts
    .filter((one) => one.in_force)
    .map((current) => {
      const mine = own.consents.filter((one) => one.kind === current.kind)
      const counting = lastOf(mine.filter((one) => one.counts)) ?? null
      const agreed = counting && own.texts.find((one) => one.kind === current.kind && one.version === counting.version)
      return { current, shown: agreed ?? current, last: counting ?? lastOf(mine) ?? null, given: counting !== null, asks: own.asks.includes(current.kind) }
    })
}
