/** Whether this phone can be woken by a push, and turning it on. */
import { computed, ref } from 'vue'
import { Refusal } from '@/lib/http'
import { pushSupported, renewPush, subscribePush } from '@/lib/push'
import { session } from '@/state/people/session'

export type PushState = 'asking' | 'unsupported' | 'off' | 'denied' | 'unreachable' | 'on'

const state = ref<PushState>('asking')
const key = computed(() => session.me?.settings.push_key ?? null)

export const pushState = computed(() => state.value)
/** Without keys the server sends no pushes, and the phone does not speak of it. */
export const pushOffered = computed(() => key.value !== null)

/** Look how it stands; a subscription that is there is said to the server again, since it may have forgotten it. */
export async function checkPush(): Promise<void> {
  if (!pushSupported()) state.value = 'unsupported'
  else if (Notification.permission === 'denied') state.value = 'denied'
  else state.value = (await renewPush().catch(() => false)) ? 'on' : 'off'
}

/** Ask for permission and subscribe; only within a tap. */
export async function turnOnPush(): Promise<void> {
  if (key.value === null || !pushSupported()) return
  state.value = 'asking'
  const answer = await Notification.requestPermission()
  if (answer !== 'granted') {
    // Who closed the question without an answer may be asked again.
    state.value = answer === 'denied' ? 'denied' : 'off'
    return
  }
  try {
    await subscribePush(key.value)
    state.value = 'on'
  } catch (error) {
    // On the mainland the push service of many browsers cannot be reached: SMS is what wakes then.
    state.value = error instanceof Refusal && error.code !== 'push_refused' ? 'off' : 'unreachable'
  }
}
