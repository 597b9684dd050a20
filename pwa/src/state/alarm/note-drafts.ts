/** Notes that were begun and not sent, by alarm: none goes to another one, and leaving the page loses nothing. */
import { reactive } from 'vue'
import type { Id } from '@/lib/wire'

const drafts = reactive(new Map<Id, string>())

/** What was begun at an alarm. */
export function noteDraft(alarm: Id): string {
  return drafts.get(alarm) ?? ''
}

/** Keep what has been written so far. */
export function keepNote(alarm: Id, text: string): void {
  if (text) drafts.set(alarm, text)
  else drafts.delete(alarm)
}

/** Forget all of them: somebody else sits at this desk. */
export function dropNotes(): void {
  drafts.clear()
}
