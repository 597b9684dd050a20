/** The people in the part of the map that is shown. */
import type L from 'leaflet'
import { onBeforeUnmount, onMounted, shallowRef, type Ref, type ShallowRef } from 'vue'
import { get } from '@/lib/http'
import type { Place } from '@/apply/places/geo'
import type { Id, LivePage } from '@/lib/wire'

/** Somebody on duty, by number, where his phone last was. */
export type LivePosition = Place & { account_id: Id }

const EVERY_MS = 2_000
const MOST_AT_ONCE = 5_000

/** The people in the part of the map that is shown, asked for every two seconds, and only while zoomed in. */
export function usePeopleOnMap(
  map: Readonly<ShallowRef<L.Map | null>>,
  zoomed: Readonly<Ref<boolean>>,
): ShallowRef<LivePosition[]> {
  const people = shallowRef<LivePosition[]>([])
  let asking = false
  let timer: number | undefined

  async function ask(): Promise<void> {
    const here = map.value
    if (!here || asking || document.visibilityState === 'hidden') return
    if (!zoomed.value) {
      if (people.value.length) people.value = []
      return
    }
    asking = true
    const box = here.getBounds().pad(0.15)
    try {
      const found = await within(box)
      if (zoomed.value) people.value = found
    } catch {
      // The last known dots stay; the bar says when the line is lost.
    } finally {
      asking = false
    }
  }

  onMounted(() => {
    timer = window.setInterval(() => void ask(), EVERY_MS)
  })
  onBeforeUnmount(() => window.clearInterval(timer))
  return people
}

async function within(box: L.LatLngBounds): Promise<LivePosition[]> {
  const sides = { south: box.getSouth(), west: box.getWest(), north: box.getNorth(), east: box.getEast() }
  const found: LivePosition[] = []
  let cursor: number | null = 0
  while (cursor !== null) {
    const page: LivePage = await get<LivePage>('/api/positions', { query: { ...sides, cursor, shape: 'dots', limit: MOST_AT_ONCE } })
    for (const [account_id, latitude, longitude] of page.dots ?? []) {
      found.push({ account_id: account_id!, latitude: latitude!, longitude: longitude! })
    }
    cursor = page.next
  }
  return found
}
