/** A test of the channels, followed until each has answered. */
import { computed, onScopeDispose, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { get } from '@/lib/http'
import type { ChannelTest, Id } from '@/lib/wire'
import { useWrite } from '@/console/core/use-write'

const LOOK_EVERY_MS = 1_000
const UNDER_WAY = new Set(['waiting', 'sending'])
/** A page has ten seconds to show a test, a gateway eight to answer; retries go on without being watched. */
const PATIENCE_MS = 45_000

/** A test of channels and its results, as they come. */
export interface ChannelTrial {
  results: ShallowRef<ChannelTest['items']>
  running: ComputedRef<boolean>
  problem: ShallowRef<unknown>
  busy: Ref<boolean>
  begin: (hookId: Id | null) => Promise<void>
}

/** Make a trial that watches its own test until every result is in. */
export function useChannelTest(): ChannelTrial {
  const write = useWrite()
  const results = shallowRef<ChannelTest['items']>([])
  const watching = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function look(testId: string, until: number): Promise<void> {
    try {
      results.value = (await get<ChannelTest>(`/api/channels/tests/${testId}`)).items
    } catch {
      // Asked again in a second.
    }
    watching.value = results.value.some((one) => UNDER_WAY.has(one.state)) && Date.now() < until
    if (watching.value) timer = setTimeout(() => void look(testId, until), LOOK_EVERY_MS)
  }

  onScopeDispose(() => clearTimeout(timer))
  return {
    results,
    running: computed(() => watching.value || write.busy.value),
    problem: write.problem,
    busy: write.busy,
    async begin(hookId) {
      clearTimeout(timer)
      results.value = []
      await write.send<ChannelTest>('/api/channels/tests', { hook_id: hookId }, (test) => {
        results.value = test.items
        watching.value = true
        timer = setTimeout(() => void look(test.test_id, Date.now() + PATIENCE_MS), LOOK_EVERY_MS)
      })
    },
  }
}
