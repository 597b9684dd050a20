/**
 * Texts by key, in the language of the moment: `{name}` stands for a value.
 *
 * A library for this costs 14 KB of the 80 that the check-in page may load, for plurals, dates and a
 * message compiler that nothing here uses.
 */
import { type App, inject, type InjectionKey, ref, type Ref, shallowReactive } from 'vue'
import type { WordKey } from '@/words/keys'

/** A tree of texts. */
export interface Words {
  [key: string]: string | Words
}

export type Values = Record<string, unknown>

export interface Texts<L extends string = string> {
  locale: Ref<L>
  /** The text of a dotted key; an unknown key shows itself, so that tests find it. */
  t(key: WordKey, values?: Values): string
  /** Whether a key that came together from parts has a text, and so may be asked for. */
  te(key: string): key is WordKey
  set(language: L, words: Words): void
  install(app: App): void
}

const KEY: InjectionKey<Texts> = Symbol('texts')

function find(words: Words | undefined, key: string): string | null {
  let at: string | Words | undefined = words
  for (const part of key.split('.')) {
    if (at === undefined || typeof at === 'string') return null
    at = at[part]
  }
  return typeof at === 'string' ? at : null
}

/** Add a tree of texts to another; neither is changed. */
export function mergeWords(one: Words, other: Words): Words {
  const all = { ...one }
  for (const [key, value] of Object.entries(other)) {
    const known = all[key]
    all[key] = typeof value === 'string' || known === undefined || typeof known === 'string' ? value : mergeWords(known, value)
  }
  return all
}

/** Make the texts of an application; reading one in a template follows the language. */
export function createTexts<L extends string>(first: L): Texts<L> {
  const locale = ref(first) as Ref<L>
  const languages = shallowReactive(new Map<L, Words>())
  const text = (key: string): string | null => find(languages.get(locale.value), key)
  const texts: Texts<L> = {
    locale,
    t: (key, values = {}) =>
      (text(key) ?? key).replace(/\{(\w+)\}/g, (place, name: string) =>
        name in values && values[name] !== null ? String(values[name]) : place,
      ),
    te: (key): key is WordKey => text(key) !== null,
    set: (language, words) => void languages.set(language, words),
    install: (app) => void app.provide(KEY, texts as unknown as Texts),
  }
  return texts
}

/** The texts of the application that the component stands in. */
export function useI18n(): Texts {
  const texts = inject(KEY)
  if (!texts) throw new Error('no texts installed')
  return texts
}
