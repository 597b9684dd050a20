/** The outline of a district, brought in as a file. */
import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { newRequestId, post } from '@/lib/http'
import type { StoredOutline } from '@/lib/wire'
import { useI18n } from '@/words/core/i18n'

const LARGEST = 2 * 1024 * 1024
const SENT_WITHIN_MS = 70_000

export interface OutlineDesk {
  file: ShallowRef<File | null>
  datum: Ref<'' | 'gcj02' | 'wgs84'>
  /** What is missing before it can be sent, in a sentence; null where nothing is. */
  missing: () => string | null
  busy: Ref<boolean>
  problem: ShallowRef<unknown>
  /** Send the file; what was stored, or null where `problem` says why not. */
  send: () => Promise<StoredOutline | null>
}

/** Keep a file that was chosen, and send it. */
export function useOutline(): OutlineDesk {
  const { t } = useI18n()
  const file = shallowRef<File | null>(null)
  const datum = ref<'' | 'gcj02' | 'wgs84'>('')
  const busy = ref(false)
  const problem = shallowRef<unknown>(null)

  watch([file, datum], () => (problem.value = null))

  function missing(): string | null {
    if (!file.value) return t('console.firstStart.outline.noFile')
    if (file.value.size > LARGEST) return t('console.firstStart.outline.tooLarge')
    return datum.value === '' ? t('console.firstStart.outline.noDatum') : null
  }

  async function send(): Promise<StoredOutline | null> {
    if (busy.value || !file.value) return null
    busy.value = true
    problem.value = null
    try {
      // Read here: a file of a slow disk would hold the request.
      const content = new Blob([await file.value.arrayBuffer()], { type: 'application/octet-stream' })
      const query = { request_id: newRequestId(), datum: datum.value }
      return await post<StoredOutline>('/api/places/outline', content, { query, timeoutMs: SENT_WITHIN_MS })
    } catch (error) {
      problem.value = error
      return null
    } finally {
      busy.value = false
    }
  }

  return { file, datum, missing, busy, problem, send }
}
