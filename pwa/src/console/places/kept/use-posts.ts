/** The list of posts by what is sought, in an order, page by page. */
import { reactive, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { get } from '@/lib/http'
import type { Id, KeptPost, KeptPostList } from '@/lib/wire'

const PAUSE_MS = 300

/** Which posts, and in which order. */
export interface Sought {
  text: string
  station: Id | null
  shown: 'current' | 'archived' | 'all'
  sort: 'name' | 'school' | 'station' | 'fence' | 'changed'
  descending: boolean
}

/** A list of posts that grows page by page. */
export interface PostsFound {
  sought: Sought
  found: ShallowRef<KeptPostList | null>
  busy: Ref<boolean>
  problem: ShallowRef<unknown>
  load: () => Promise<void>
  more: () => Promise<void>
  /** A post that was changed or made here: it stays in its place, a new one comes first. */
  keep: (post: KeptPost) => void
  sortBy: (column: Sought['sort']) => void
}

/** Make the list. */
export function usePosts(): PostsFound {
  const sought = reactive<Sought>({ text: '', station: null, shown: 'current', sort: 'station', descending: false })
  const found = shallowRef<KeptPostList | null>(null)
  const busy = ref(false)
  const problem = shallowRef<unknown>(null)
  let turn = 0
  let timer: number | undefined

  async function page(cursor: number): Promise<void> {
    turn += 1
    const mine = turn
    busy.value = true
    try {
      const query = { text: sought.text.trim(), station_id: sought.station, shown: sought.shown, sort: sought.sort, descending: sought.descending, cursor }
      const answer = await get<KeptPostList>('/api/places/posts', { query })
      if (mine !== turn) return
      found.value = cursor && found.value ? { ...answer, items: [...found.value.items, ...answer.items] } : answer
      problem.value = null
    } catch (error) {
      if (mine === turn) problem.value = error
    } finally {
      if (mine === turn) busy.value = false
    }
  }

  watch(
    () => sought.text,
    () => {
      window.clearTimeout(timer)
      timer = window.setTimeout(() => void page(0), PAUSE_MS)
    },
  )
  watch([() => sought.station, () => sought.shown, () => sought.sort, () => sought.descending], () => void page(0))

  return {
    sought,
    found,
    busy,
    problem,
    load: () => page(0),
    more: () => page(found.value?.next ?? 0),
    keep(post) {
      if (!found.value) return
      const { items, total } = found.value
      const isNew = !items.some((one) => one.id === post.id)
      found.value = { ...found.value, total: total + Number(isNew), items: isNew ? [post, ...items] : items.map((one) => (one.id === post.id ? post : one)) }
    },
    sortBy(column) {
      Object.assign(sought, { sort: column, descending: sought.sort === column && !sought.descending })
    },
  }
}
