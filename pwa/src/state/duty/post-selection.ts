/** What is chosen at the console: one post for map and list alike, and what is filtered. */
import type { Id } from '@/lib/wire'
import { computed, reactive, ref, watch } from 'vue'
import { listed, NO_FILTER, passes, type PostFilter } from '@/apply/duty/post-filter'
import { stepSelection, worstFirst } from '@/apply/duty/post-order'
import { isGap } from '@/apply/duty/post-view'
import { posts } from '@/state/core/console'
import { standsAt } from '@/state/people/people-search'

export const filter = reactive<PostFilter>({ ...NO_FILTER })
export const selected = ref<Id | null>(null)

/** Whether the selected post's details are open in the rail. */
export const opened = ref(false)

/** The posts on the map. */
export const shownPosts = computed(() => posts.value.filter((view) => passes(view, filter, standsAt.value)))

/** The posts in the list, worst first. */
export const listedPosts = computed(() =>
  worstFirst(
    posts.value.filter((view) => listed(view, filter, standsAt.value)),
    posts.value,
  ),
)

export const selectedPost = computed(() => posts.value.find((view) => view.post.id === selected.value) ?? null)

// A card that no longer fits what is asked for closes. The news never closes one: whoever confirms the last one who
// waits at a post goes on looking at it.
watch(filter, () => {
  const view = selectedPost.value
  if (view && !passes(view, filter, standsAt.value)) select(null)
})

/** Select a post; the same again keeps it. */
export function select(post: Id | null): void {
  selected.value = post
  if (post === null) opened.value = false
}

/** Select a post and open its details. */
export function open(post: Id): void {
  selected.value = post
  opened.value = true
}

/** Go to the next gap of the list, or back; without gaps nothing changes. */
export function stepGap(step: 1 | -1): void {
  const gaps = listedPosts.value.filter(isGap).map((view) => view.post.id)
  const next = stepSelection(gaps, selected.value, step)
  if (next !== null) selected.value = next
}

/** Show everything again. */
export function clearFilter(): void {
  Object.assign(filter, NO_FILTER)
}
