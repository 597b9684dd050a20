/** The single keys of a page. */
import { onBeforeUnmount, onMounted } from 'vue'
import { pageChangedAt } from '@/state/core/page-changes'
import { isMeant } from '@/apply/core/settling'

/** What each key does, by its lower-case name (`j`, `enter`, `escape`, `/`). */
export type KeyMap = Record<string, () => void>

/** Whether somebody is typing, so that letters belong to the text. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

/** Whether a dialog or an open list stands over the page and takes its keys first. */
function isCovered(): boolean {
  return [...document.querySelectorAll<HTMLElement>('[role="dialog"], .el-select__popper')].some(
    (one) => one.offsetParent !== null || one.getClientRects().length > 0,
  )
}

/**
 * Listen to single keys while the component is on the page; keys with Ctrl, Alt or Meta stay the browser's.
 *
 * A key pressed within a second after a change of page does nothing.
 */
export function useKeys(keys: KeyMap): void {
  function press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return
    const act = keys[event.key.toLowerCase()]
    if (!act || isTyping(event.target) || isCovered()) return
    // Enter on a button or link is that button's.
    if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.closest('button, a, summary')) return
    event.preventDefault()
    if (isMeant(event.timeStamp, pageChangedAt.value)) act()
  }
  onMounted(() => document.addEventListener('keydown', press))
  onBeforeUnmount(() => document.removeEventListener('keydown', press))
}
