/** The languages: Chinese first, English complete, by the browser's language and switchable. */
import { computed, watchEffect } from 'vue'
import { createTexts, type Words } from './i18n'

export type Language = 'zh-CN' | 'en'

const STORE_KEY = 'huxue.language'
const areas: Record<Language, () => Promise<{ default: Words }>> = {
  'zh-CN': () => import('./zh-CN'),
  en: () => import('./en'),
}
/** Words that come apart from the others, with the pages that need them. */
type Extra = 'console' | 'joint' | 'onDuty'
const extras: Record<Extra, Record<Language, () => Promise<{ default: Words }>>> = {
  console: { 'zh-CN': () => import('./console.zh-CN'), en: () => import('./console.en') },
  onDuty: { 'zh-CN': () => import('./on-duty.zh-CN'), en: () => import('./on-duty.en') },
  joint: { 'zh-CN': () => import('./joint.zh-CN'), en: () => import('./joint.en') },
}

export type { Words }

export const i18n = createTexts<Language>('zh-CN')

const loaded = new Set<Language>()
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

async function load(wanted: Language): Promise<void> {
  const words = await Promise.all([areas[wanted](), ...[...needed].map((extra) => extras[extra][wanted]())])
  i18n.set(wanted, Object.assign({}, ...words.map((one) => one.default)) as Words)
  loaded.add(wanted)
}

/** Change to a language, loading its words first. */
async function setLanguage(wanted: Language): Promise<void> {
  if (!loaded.has(wanted)) await load(wanted)
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
export async function loadWords(extra: Extra): Promise<void> {
  if (needed.has(extra)) return
  needed.add(extra)
  loaded.clear()
  await load(language.value)
}

/** Add the console's words; called by its routes before they show anything. */
export const loadConsoleWords = (): Promise<void> => loadWords('console')

watchEffect(() => {
  if (typeof document !== 'undefined') document.documentElement.lang = language.value
})
