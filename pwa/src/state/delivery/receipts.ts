/** Tells the server that this page has shown a call: each one once, and only while somebody could see it. */
import { ref, watch, type Ref } from 'vue'
import { newRequestId, post, Unreachable } from '@/lib/http'
import type { Alarms } from '@/apply/alarm/alarms'
import { pageCalls } from '@/apply/alarm/calls'
import type { Alarm, FeedEvent, Id } from '@/lib/wire'
import { account } from '@/state/people/session'

const told = new Set<string>()
const visible = ref(typeof document === 'undefined' || document.visibilityState === 'visible')

if (typeof document !== 'undefined') {
  document.addEventListener('visibilitychange', () => {
    visible.value = document.visibilityState === 'visible'
  })
}

/** The number of the newest call through the open page whose receipt the server may still want; 0: none. */
export function waitsForReceipt(alarm: Alarm, accountId: Id): number {
  const calls = pageCalls(alarm, accountId)
  // What once arrived stays so in an alarm, whatever became of the calls after it.
  return calls && (calls.state !== 'delivered' || calls.calls > 1) ? calls.calls : 0
}

async function tell(path: string, call = 1): Promise<void> {
  const key = `${account.value?.id ?? 0} ${path} ${call}`
  if (told.has(key)) return
  told.add(key)
  try {
    await post(path, { request_id: newRequestId(), channel: 'socket' })
  } catch (error) {
    // No answer: said again with the next news. A refusal is final, and nothing that a guard could mend.
    if (error instanceof Unreachable) told.delete(key)
  }
}

/** Give a receipt for every call that comes in while the page is in sight; answers how to stop. */
export function watchReceipts(alarms: Ref<Alarms>): () => void {
  return watch(
    [alarms, visible, account],
    () => {
      const me = account.value
      if (!me || !visible.value) return
      for (const alarm of alarms.value.values()) {
        const call = alarm.state === 'open' ? waitsForReceipt(alarm, me.id) : 0
        if (call) void tell(`/api/alarms/${alarm.id}/receipts`, call)
      }
    },
    { immediate: true },
  )
}

/** Answer the tests of one's own channels. */
export function takeTestEvents(events: readonly FeedEvent[]): void {
  if (!visible.value) return
  for (const event of events) {
    if (event.name !== 'channel_test.sent' || event.data.account_id !== account.value?.id) continue
    void tell(`/api/channels/tests/${event.data.test_id}/receipts`)
  }
}
