/** Parts of a page that come when they are needed: what the network lost of one is asked for again until it comes. */
import { defineAsyncComponent, type AsyncComponentLoader, type Component } from 'vue'

const AGAIN_MS = 2_000
const LONGEST_WAIT_MS = 60_000

/** Ask again for each style sheet that the network lost: the bundler asks once and then takes it for loaded. */
export function watchStyles(): void {
  addEventListener('error', ({ target }) => {
    if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') setTimeout(() => target.replaceWith(target.cloneNode()), AGAIN_MS)
  }, true)
}

/** Load a component when it is first shown. Nothing stands in its place until it has come. */
export function laterPart<T extends Component>(loader: AsyncComponentLoader<T>): T {
  return defineAsyncComponent({
    loader,
    onError: (_error, again, _giveUp, attempts) => void setTimeout(again, Math.min(attempts * AGAIN_MS, LONGEST_WAIT_MS)),
  })
}
