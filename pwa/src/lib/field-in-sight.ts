/**
 * While somebody types, the field and the button that sends it stay in sight together, above keyboard and bars; and
 * what a page says to be wrong comes into sight.
 */

const FIELD = 'textarea, input:not([type=checkbox]):not([type=radio])'
const WRONG = '[role=alert]'
/** The bars that lie over the bottom of a page. */
const BARS = '.bottom, .dial'
const GAP_PX = 8
/** A touch that leaves the field may be on its way to the button: nothing moves under it. */
const LEAVES_AFTER_MS = 300

const html = document.documentElement
let field: Element | null = null

/** Scroll until some parts can be seen, or the first of them where not all fit. */
function bring(parts: readonly Element[]): void {
  // A sheet scrolls by itself, and no bar lies over it.
  if (parts[0]?.closest('[aria-modal]')) return parts[0].scrollIntoView({ block: 'nearest' })
  const view = window.visualViewport
  const top = view?.offsetTop ?? 0
  const bar = document.querySelector(BARS)?.getBoundingClientRect().top ?? Infinity
  const bottom = Math.min(top + (view?.height ?? innerHeight), bar > top ? bar : Infinity)
  const boxes = parts.map((part) => part.getBoundingClientRect())
  const first = Math.min(...boxes.map((box) => box.top)) - GAP_PX
  const last = Math.max(...boxes.map((box) => box.bottom)) + GAP_PX
  if (last - first > bottom - top && parts.length > 1) bring(parts.slice(0, 1))
  else if (first < top || last - first > bottom - top) window.scrollBy(0, first - top)
  else if (last > bottom) window.scrollBy(0, last - bottom)
}

function bringField(): void {
  if (!field?.isConnected) return
  const button = field.closest('form')?.querySelector('[type=submit]')
  bring(button ? [field, button] : [field])
}

const onConsole = (): boolean => location.pathname.startsWith('/console')

function enter(target: EventTarget | null): void {
  if (!(target instanceof Element) || onConsole()) return
  const typed = target.matches(FIELD)
  // The button of the same form is pressed with the page as it stands.
  if (!typed && field && target.closest('form') === field.closest('form')) return
  field = typed ? target : null
  html.classList.toggle('typing', typed)
  if (typed) requestAnimationFrame(bringField)
}

function leave(): void {
  setTimeout(() => {
    if (document.activeElement === document.body) enter(document.body)
  }, LEAVES_AFTER_MS)
}

const wrongIn = (node: Node): Element | null =>
  node instanceof Element ? (node.matches(WRONG) ? node : node.querySelector(WRONG)) : null

function look(changes: readonly MutationRecord[]): void {
  if (onConsole()) return
  for (const { target, addedNodes } of changes) {
    const said = target instanceof Element && target.matches(WRONG) ? target : [...addedNodes].map(wrongIn).find(Boolean)
    if (said?.textContent) requestAnimationFrame(() => bring([said]))
  }
}

/** Begin to look after fields and errors. */
export function keepFieldInSight(): void {
  document.addEventListener('focusin', (event) => enter(event.target))
  document.addEventListener('focusout', leave)
  const view = window.visualViewport
  // The keyboard came or went; whoever spreads the page with two fingers scrolls by himself.
  ;(view ?? window).addEventListener('resize', () => (view?.scale ?? 1) === 1 && bringField())
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true })
  // A field may have taken the focus before this was here.
  enter(document.activeElement)
}
