/** Large type on a small screen: the pages then put bars in the dock's place and leave the ruler out. */
import { readonly, ref } from 'vue'

/** Fewer letters than this side by side, and the ordinary layout no longer holds. */
const NARROW_REM = 17

const large = ref(false)

export const largeText = readonly(large)

function measure(): void {
  const remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16
  large.value = innerWidth / remPx < NARROW_REM
  document.documentElement.classList.toggle('large-text', large.value)
}

/** Follow the window and the reader's font size. */
export function watchLargeText(): void {
  measure()
  addEventListener('resize', measure)
  // A hidden box of one rem changes its size with the font.
  const probe = document.createElement('span')
  probe.className = 'spoken'
  probe.style.width = '1rem'
  document.body.append(probe)
  if ('ResizeObserver' in window) new ResizeObserver(measure).observe(probe)
}
