/** Parts of a page that come when they are needed: what the network lost of one is asked for again until it comes. */
import { defineAsyncComponent, type AsyncComponentLoader, type Component } from 'vue'

const AGAIN_MS = 2_000
const LONGEST_WAIT_MS = 60_000

const wait = (tries: number): number => Math.min(tries * AGAIN_MS, LONGEST_WAIT_MS)

/** Ask again for each style sheet that the network lost, ever more seldom: the bundler takes it for loaded. */
export function watchStyles(): void {
  let lost = 0
  addEventListener('error', ({ target }) => {
    if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') setTimeout(() => target.replaceWith(target.cloneNode()), wait(++lost))
  }, true)
}

/** Load a component when it is first shown. Nothing stands in its place until it has come. */
export function laterPart<T extends Component>(loader: AsyncComponentLoader<T>): T {
  return defineAsyncComponent({
    loader,
    onError: (_error, again, _giveUp, tries) => void setTimeout(again, wait(tries)),
  })
}
