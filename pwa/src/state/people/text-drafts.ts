/** What an administrator typed and has not saved, by kind of consent: kept while other pages are open. */
import { reactive } from 'vue'
import type { ConsentKind, TextDesk } from '@/lib/wire'

export interface Typed {
  title: { zh: string; en: string }
  text: { zh: string; en: string }
  /** Of the draft that was seen last. */
  revision: number
}

const drafts = reactive(new Map<ConsentKind, Typed>())

/** What the server has: the draft, or where there is none the text in force. */
function keptText(desk: TextDesk): Pick<Typed, 'text' | 'title'> {
  const { title, text } = desk.draft
  const current = desk.versions[0]
  return { title: { ...(title ?? current?.raw_title ?? { zh: '', en: '' }) }, text: { ...(text ?? current?.raw_text ?? { zh: '', en: '' }) } }
}

/** What is typed for a kind; what the server has where nothing was. */
export function typedFor(desk: TextDesk): Typed {
  const kept = drafts.get(desk.kind)
  if (kept) return kept
  drafts.set(desk.kind, { ...keptText(desk), revision: desk.draft.revision })
  return drafts.get(desk.kind)!
}

/** Go on from what the server has. */
export const startAnew = (desk: TextDesk): void => void drafts.set(desk.kind, { ...keptText(desk), revision: desk.draft.revision })

export const isTyped = (desk: TextDesk, typed: Typed): boolean => {
  const kept = keptText(desk)
  return (['zh', 'en'] as const).some((one) => typed.title[one].trim() !== kept.title[one] || typed.text[one].trim() !== kept.text[one])
}

