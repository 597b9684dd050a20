/** What the district still lacks, for its administrator: asked for by his pages. */
import { shallowRef } from 'vue'
import { get } from '@/lib/http'
import type { Checklist } from '@/lib/wire'

/** What was last heard; null until then. */
export const checklist = shallowRef<Checklist | null>(null)

/** Ask for it; throws what `get` throws, and leaves what is known. */
export async function lookAtChecklist(): Promise<void> {
  checklist.value = await get<Checklist>('/api/checklist')
}

/** Forget it: another account may be at this desk. */
export function forgetChecklist(): void {
  checklist.value = null
}
