/** This browser's subscription to pushes, at its own push service and at the server. */
import { deviceId } from './device'
import { newRequestId, post, request } from './http'

/** Whether this browser can be woken at all. */
export function pushSupported(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis
}

async function subscription(): Promise<PushSubscription | null> {
  const worker = pushSupported() ? await navigator.serviceWorker.getRegistration() : undefined
  return (await worker?.pushManager.getSubscription()) ?? null
}

async function tellServer(made: PushSubscription): Promise<void> {
  const { endpoint, keys } = made.toJSON()
  const body = { request_id: newRequestId(), endpoint, p256dh: keys?.p256dh, auth: keys?.auth, device: deviceId() }
  await post('/api/push-subscriptions', body)
}

/** Say to the server once more what this browser has; answers whether it has a subscription. */
export async function renewPush(): Promise<boolean> {
  const made = await subscription()
  if (!made || Notification.permission !== 'granted') return false
  await tellServer(made)
  return true
}

/** Subscribe with the server's public key. Throws where the push service cannot be reached, or the server refuses. */
export async function subscribePush(key: string): Promise<void> {
  const worker = await navigator.serviceWorker.ready
  const old = await worker.pushManager.getSubscription()
  // One that was made with another key would never be served.
  if (old && base64url(old.options.applicationServerKey) !== key) await old.unsubscribe()
  await tellServer(await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }))
}

/** Let this browser be woken no more: somebody else may use the phone. Silent when it never was. */
export async function leavePush(): Promise<void> {
  const made = await subscription().catch(() => null)
  if (!made) return
  const body = { request_id: newRequestId(), endpoint: made.endpoint }
  await Promise.allSettled([request('DELETE', '/api/push-subscriptions', { body, timeoutMs: 3_000 }), made.unsubscribe()])
}

function base64url(raw: ArrayBuffer | null): string {
  if (!raw) return ''
  const text = btoa(String.fromCharCode(...new Uint8Array(raw)))
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}
