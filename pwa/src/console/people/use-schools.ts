/** The schools in sight. */
import { computed, type ComputedRef } from 'vue'
import type { Id } from '@/lib/wire'
import { district } from '@/state/core/console'

/** Schools with a post, by name; police have none. */
export function useSchools(): ComputedRef<[Id, string][]> {
  return computed(() => {
    const found = new Map((district.value?.posts ?? []).map((post) => [post.school_id, post.school_name]))
    return [...found].sort(([, one], [, other]) => one.localeCompare(other, 'zh'))
  })
}
