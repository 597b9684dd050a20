/** The languages: Chinese first, English complete, by the browser's language and switchable. */
import { computed, watchEffect } from 'vue'
import { createTexts, mergeWords, type Words } from '@/words/core/i18n'

export type Language = 'zh-CN' | 'en'

const STORE_KEY = 'huxue.language'
const areas: Record<Language, () => Promise<{ default: Words }>> = {
  'zh-CN': () => import('./first.zh-CN'),
  en: () => import('./first.en'),
}
/** Words that come apart from the others, with the pages that need them. */
type Extra = 'console' | 'firstVisit' | 'joint' | 'onDuty' | 'respond'
const extras: Record<Extra, Record<Language, () => Promise<{ default: Words }>>> = {
  console: { 'zh-CN': () => import('./console.zh-CN'), en: () => import('./console.en') },
  firstVisit: { 'zh-CN': () => import('@/words/people/first-visit.zh-CN'), en: () => import('@/words/people/first-visit.en') },
  joint: { 'zh-CN': () => import('@/words/alarm/joint.zh-CN'), en: () => import('@/words/alarm/joint.en') },
  onDuty: { 'zh-CN': () => import('@/words/duty/on-duty.zh-CN'), en: () => import('@/words/duty/on-duty.en') },
  respond: { 'zh-CN': () => import('@/words/alarm/respond.zh-CN'), en: () => import('@/words/alarm/respond.en') },
}

export type { Words }

export const i18n = createTexts<Language>('zh-CN')

const texts: Partial<Record<Language, Words>> = {}
const needed = new Set<Extra>()

export const language = computed(() => i18n.locale.value)

function preferred(): Language {
  let stored: string | null = null
  try {
    stored = localStorage.getItem(STORE_KEY)
  } catch {
    // No storage: the browser's language decides each time.
  }
  const wish = stored ?? navigator.languages?.[0] ?? navigator.language ?? 'zh-CN'
  return wish.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

/** Read the words of a language; pages that load at the same time each add theirs. */
async function load(wanted: Language): Promise<void> {
  const words = await Promise.all([areas[wanted](), ...[...needed].map((extra) => extras[extra][wanted]())])
  texts[wanted] = words.reduce((all, one) => mergeWords(all, one.default), texts[wanted] ?? {})
  i18n.set(wanted, texts[wanted])
}

/** Change to a language, loading its words first. */
async function setLanguage(wanted: Language): Promise<void> {
  await load(wanted)
  i18n.locale.value = wanted
}

/** Change the language and keep it for the next visit. */
export async function chooseLanguage(wanted: Language): Promise<void> {
  await setLanguage(wanted)
  try {
    localStorage.setItem(STORE_KEY, wanted)
  } catch {
    // No storage: the choice lasts until the page is closed.
  }
}

export const startLanguage = (): Promise<void> => setLanguage(preferred())

/** Add words that come apart; to be called before anything that needs them is shown. */
async function loadWords(extra: Extra): Promise<void> {
  needed.add(extra)
  // Without network the page that asks does not come either; the next one asks again.
  await load(language.value).catch((error: unknown) => {
    needed.delete(extra)
    throw error
  })
}

/** Load a page or a part of one together with the words that come apart. */
export async function withWords<T>(extra: Extra, part: Promise<T>, ...more: Extra[]): Promise<T> {
  return (await Promise.all([part, ...[extra, ...more].map(loadWords)]))[0]
}

watchEffect(() => {
  if (typeof document !== 'undefined') document.documentElement.lang = language.value
})
