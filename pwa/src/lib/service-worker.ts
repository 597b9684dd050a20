/**
 * The service worker, where there is one: the app never needs it.
 *
 * A new version takes over only when nothing is open that a reload could hurt.
 */
const CHECK_EVERY_MS = 30 * 60_000
const ASK_AGAIN_MS = 5_000

const holds = new Set<() => boolean>()

/** Add a reason not to reload: an alarm, a queued write, a half-filled form. */
export function holdReload(isOpen: () => boolean): () => void {
  holds.add(isOpen)
  return () => holds.delete(isOpen)
}

/** Tell whether the page may be replaced now. */
function mayReload(): boolean {
  return [...holds].every((isOpen) => !isOpen())
}

function takeOver(waiting: ServiceWorker): void {
  // Only an unattended page is replaced; a guard who reads it is not interrupted.
  if (mayReload() && document.visibilityState === 'hidden') waiting.postMessage('take-over')
  else setTimeout(() => takeOver(waiting), ASK_AGAIN_MS)
}

function watch(registration: ServiceWorkerRegistration): void {
  if (registration.waiting && navigator.serviceWorker.controller) takeOver(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const coming = registration.installing
    coming?.addEventListener('statechange', () => {
      if (coming.state === 'installed' && navigator.serviceWorker.controller) takeOver(coming)
    })
  })
  setInterval(() => void registration.update().catch(() => undefined), CHECK_EVERY_MS)
}

/** Register the worker after the page has loaded. */
export function startWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  let controlled = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (controlled && mayReload()) location.reload()
    controlled = true
  })
  navigator.serviceWorker
    .register('/sw.js')
    .then(watch)
    .catch(() => {
      // No worker in this browser: everything works without.
    })
}
