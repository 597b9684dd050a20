/** Large type on a small screen: the pages then put bars in the dock's place and leave the ruler out. */
import { readonly, ref } from 'vue'

/** Fewer letters than this side by side, and the ordinary layout no longer holds. */
const NARROW_REM = 17
const SAMPLE = 'm'
const SAMPLE_FONT = '100px sans-serif'

const large = ref(false)

export const largeText = readonly(large)

let sample: HTMLElement
let plainWidth = 0

function measure(): void {
  const remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16
  // Text alone may be larger (iOS, WeChat): no length in rem tells, the letters themselves do.
  const letters = sample.offsetWidth / plainWidth || 1
  large.value = innerWidth / (remPx * letters) < NARROW_REM
  document.documentElement.classList.toggle('large-text', large.value)
}

/** A hidden box in the page that changes its size with the reader's font. */
function probe(style: string, text: string): HTMLElement {
  const box = document.createElement('span')
  box.style.cssText = `position:fixed;top:0;left:0;visibility:hidden;${style}`
  box.textContent = text
  document.body.append(box)
  return box
}

/** Follow the window and the reader's font size. */
export function watchLargeText(): void {
  sample = probe(`font:${SAMPLE_FONT}`, SAMPLE)
  const pen = document.createElement('canvas').getContext('2d')
  if (pen) {
    pen.font = SAMPLE_FONT
    plainWidth = pen.measureText(SAMPLE).width
  }
  measure()
  addEventListener('resize', measure)
  if (!('ResizeObserver' in window)) return
  const watcher = new ResizeObserver(measure)
  for (const box of [sample, probe('width:1rem', '')]) watcher.observe(box)
}
