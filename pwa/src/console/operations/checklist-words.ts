/** Which sentence says how far an item of the set-up is, and which page does it. */
import type { RouteLocationRaw } from 'vue-router'
import type { Checklist } from '@/lib/wire'
import type { Texts as AllTexts } from '@/words/core/i18n'

type Texts = Pick<AllTexts, 't' | 'te'>
export type ChecklistItem = Checklist['items'][number]
type Name = ChecklistItem['name']

const LISTS = { stations: { list: 'stations' }, schools: { list: 'schools' } } as const

/** The page that does it; the outline is brought in beside its row, and copies are made at the server. */
export const PAGES: Partial<Record<Name, RouteLocationRaw>> = {
  stations: { name: 'console-places', query: LISTS.stations },
  schools: { name: 'console-places', query: LISTS.schools },
  posts: { name: 'console-places' },
  posters: { name: 'console-places' },
  administrators: { name: 'console-users' },
  sms: { name: 'console-channels' },
  push: { name: 'console-channels' },
  rooms: { name: 'console-channels' },
  auditor: { name: 'console-status' },
}

/** Which of an item's sentences fits. */
function sentenceOf({ name, done, facts }: ChecklistItem): string {
  if (done) return 'done'
  if (name === 'sms' || name === 'push') return facts.set_up ? 'some' : 'off'
  if (name === 'auditor') return facts.ever ? 'some' : 'none'
  if (name === 'backups') return !facts.named ? 'none' : !facts.readable ? 'unreadable' : facts.hours === null ? 'empty' : 'some'
  return facts.number ? 'some' : 'none'
}

/** Say how far an item is, in a sentence. */
export function checklistSentence(item: ChecklistItem, texts: Texts): string {
  const key = `console.checklist.${item.name}.${sentenceOf(item)}`
  return texts.te(key) ? texts.t(key, item.facts) : ''
}

/** Whether nobody could stand at a gate yet: there is no post, or no poster of any. */
export function isBare({ items }: Checklist): boolean {
  const one = (name: Name): ChecklistItem | undefined => items.find((item) => item.name === name)
  const posters = one('posters')
  return !one('posts')?.done || (posters !== undefined && !posters.done && posters.facts.missing === posters.facts.number)
}
