/** Notes that were begun and not sent, by alarm: none goes to another one; leaving or reloading the page loses nothing. */
import { reactive } from 'vue'
import type { Id } from '@/lib/wire'

const STORE_KEY = 'huxue-notes'
const drafts = reactive(new Map<Id, string>(stored()))

/** What this tab kept before its page was loaded anew; nothing where the browser keeps nothing. */
function stored(): [Id, string][] {
  try {
    return JSON.parse(sessionStorage.getItem(STORE_KEY) ?? '[]') as [Id, string][]
  } catch {
    return []
  }
}

function store(): void {
  try {
    if (drafts.size) sessionStorage.setItem(STORE_KEY, JSON.stringify([...drafts]))
    else sessionStorage.removeItem(STORE_KEY)
  } catch {
    // It stays as long as the page does.
  }
}

/** What was begun at an alarm. */
export function noteDraft(alarm: Id): string {
  return drafts.get(alarm) ?? ''
}

/** Keep what has been written so far. */
export function keepNote(alarm: Id, text: string): void {
  if (text) drafts.set(alarm, text)
  else drafts.delete(alarm)
  store()
}

/** Forget all of them: somebody else sits at this desk. */
export function dropNotes(): void {
  drafts.clear()
  store()
}
