/** When the console last changed its page: a key pressed that soon was meant for the page before. */
import { computed, ref } from 'vue'
import type { Router } from 'vue-router'
import { SETTLES_MS } from '@/apply/core/settling'

const changedAt = ref(Number.NEGATIVE_INFINITY)
const settling = ref(false)
let timer: number | undefined

/** True for a second after a change of page, while single keys do nothing. */
export const isSettling = computed(() => settling.value)

/** When the page last changed, on the clock of `Event.timeStamp`. */
export const pageChangedAt = computed(() => changedAt.value)

/** Note each change of page; the first page of a visit is none. Answers how to stop. */
export function watchPages(router: Router): () => void {
  const stop = router.afterEach((to, from) => {
    if (!from.matched.length || to.path === from.path) return
    changedAt.value = performance.now()
    settling.value = true
    window.clearTimeout(timer)
    timer = window.setTimeout(() => (settling.value = false), SETTLES_MS)
  })
  return () => {
    stop()
    window.clearTimeout(timer)
    settling.value = false
    changedAt.value = Number.NEGATIVE_INFINITY
  }
}
