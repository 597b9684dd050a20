/** Keeps the phone's pages for a start without network; data is never cached here. */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { listenToPushes } from './sw/push'

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] }

cleanupOutdatedCaches()
precacheAndRoute(self.__WB_MANIFEST)
listenToPushes()

const page = createHandlerBoundToURL('/index.html')

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  const ours = url.origin === location.origin && !/^\/(api|socket\.io|healthz|readyz|metrics)(\/|$)/.test(url.pathname)
  if (event.request.mode !== 'navigate' || !ours) return
  // The server's page first, for its newest version; the kept one when no answer comes in time.
  event.respondWith(firstOf(event.request, () => page({ event, request: event.request, url })))
})

const PATIENCE_MS = 3_000

async function firstOf(request: Request, kept: () => Promise<Response>): Promise<Response> {
  const timeout = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS))
  try {
    const answer = await Promise.race([fetch(request), timeout])
    if (answer && answer.status < 500) return answer
  } catch {
    // No network.
  }
  return kept()
}

self.addEventListener('message', (event) => {
  if (event.data === 'take-over') void self.skipWaiting()
})
