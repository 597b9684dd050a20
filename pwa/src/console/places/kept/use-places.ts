/** A list of places by what is sought, in an order, page by page. */
import { onMounted, onScopeDispose, reactive, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { get } from '@/lib/http'
import type { Id } from '@/lib/wire'
import { placeNews } from '@/state/core/console'

const PAUSE_MS = 300
/** A longer list that somebody has paged through is not begun anew under his eyes. */
const FIRST_PAGE = 50

/** Open forms: what somebody fills in stays, so no list is read anew under them. */
const forms = ref(0)

/** Count a form while it is open. */
export function holdLists(isOpen: Ref<boolean>): void {
  watch(isOpen, (is) => (forms.value += is ? 1 : -1))
  onScopeDispose(() => {
    if (isOpen.value) forms.value -= 1
  })
}

/** What each list answers. */
export interface PlaceList<Item> {
  items: Item[]
  next: number | null
  total: number
  may_edit: boolean
}

/** Which places, and in which order. */
export interface Sought {
  text: string
  station: Id | null
  shown: 'all' | 'archived' | 'current'
  sort: string
  descending: boolean
}

/** A list of places that grows page by page. */
export interface PlacesFound<Item extends { id: Id }, List extends PlaceList<Item>> {
  sought: Sought
  found: ShallowRef<List | null>
  busy: Ref<boolean>
  problem: ShallowRef<unknown>
  load: () => Promise<void>
  more: () => Promise<void>
  /** A place that was changed or made here: it stays where it stands, a new one comes first. */
  keep: (place: Item) => void
  sortBy: (column: string) => void
}

/** Make the list of a kind of places; it is read anew when somebody changed a place. */
export function usePlaces<Item extends { id: Id }, List extends PlaceList<Item>>(kind: 'posts' | 'schools' | 'stations', sort: string): PlacesFound<Item, List> {
  const sought = reactive<Sought>({ text: '', station: null, shown: 'current', sort, descending: false })
  const found = shallowRef(null) as ShallowRef<List | null>
  const busy = ref(false)
  const problem = shallowRef<unknown>(null)
  let turn = 0
  let seen = placeNews.value
  let timer: number | undefined

  async function page(cursor: number): Promise<void> {
    turn += 1
    const mine = turn
    busy.value = true
    try {
      const query = { text: sought.text.trim(), station_id: sought.station, shown: sought.shown, sort: sought.sort, descending: sought.descending, cursor }
      const answer = await get<List>(`/api/places/${kind}`, { query })
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
  watch([placeNews, forms], ([news]) => {
    if (news === seen || forms.value > 0 || !found.value || found.value.items.length > FIRST_PAGE) return
    seen = news
    void page(0)
  })
  onMounted(() => void page(0))

  return {
    sought,
    found,
    busy,
    problem,
    load: () => page(0),
    more: () => page(found.value?.next ?? 0),
    keep(place) {
      if (!found.value) return
      const { items, total } = found.value
      const isNew = !items.some((one) => one.id === place.id)
      found.value = { ...found.value, total: total + Number(isNew), items: isNew ? [place, ...items] : items.map((one) => (one.id === place.id ? place : one)) }
    },
    sortBy(column) {
      Object.assign(sought, { sort: column, descending: sought.sort === column && !sought.descending })
    },
  }
}
