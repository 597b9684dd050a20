/** A map of the district in a page: its ground, its moves and its scale. */
import L from 'leaflet'
import { onBeforeUnmount, onMounted, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import type { District, Settings } from '@/lib/wire'
import { Ground } from './ground'
import { pixelsPerKilometer, scaleBar } from '@/apply/places/geo'
import { addStreets } from './tiles'

/** From here on posts are drawn as pills and people as dots. */
const ZOOMED_PX_PER_KM = 150
const SCALE_MOST_PX = 100
/** The farthest from which a district is looked at. */
const NEAR = 9

/** A Leaflet map on our own ground, with what its controls and layers need to know. */
export interface GroundMap {
  map: ShallowRef<L.Map | null>
  zoomed: Ref<boolean>
  scale: Ref<{ meters: number; pixels: number }>
  /** Rises with each change of zoom or size, when pixel positions are no longer right. */
  laidOut: Ref<number>
  home: () => void
}

/** What a map is made from. */
export interface MapSource {
  holder: Readonly<Ref<HTMLElement | null>>
  district: () => District | null
  settings: () => Settings | null
  /** Where home is; called again at each press of the button. */
  frame: (ground: Ground) => L.LatLngBounds | null
  /** What covers the map's edges (filter bar above, legend below), kept free when framing. */
  padding?: { top: number; right: number; bottom: number; left: number }
}

/** What is shown where nothing of a district is known: the country. */
const COUNTRY = { center: [35, 105] as L.LatLngTuple, zoom: 4 }
const NO_PADDING = { top: 24, right: 24, bottom: 24, left: 24 }

/** Make the map once its element and the district are there, and take it down with the component. */
export function useMap(source: MapSource): GroundMap {
  const map = shallowRef<L.Map | null>(null)
  const zoomed = ref(false)
  const scale = ref({ meters: 1_000, pixels: 50 })
  const laidOut = ref(0)
  let ground: Ground | null = null
  let watcher: ResizeObserver | null = null
  // A map that begins without a size (it stands in a part of the page that is not shown yet) is framed at its first one.
  let framed = false

  function measure(): void {
    const here = map.value
    if (!here) return
    const perKm = pixelsPerKilometer(here.getZoom(), here.getCenter().lat)
    zoomed.value = perKm >= ZOOMED_PX_PER_KM
    here.getContainer().classList.toggle('is-zoomed', zoomed.value)
    scale.value = scaleBar(perKm, SCALE_MOST_PX)
    laidOut.value += 1
  }

  function home(): void {
    const bounds = ground && source.frame(ground)
    const space = source.padding ?? NO_PADDING
    if (!map.value || !bounds) return
    const size = map.value.getSize()
    framed = size.x > 0 && size.y > 0
    map.value.fitBounds(bounds, {
      paddingTopLeft: [space.left, space.top],
      paddingBottomRight: [space.right, space.bottom],
    })
  }

  function resized(): void {
    map.value?.invalidateSize({ pan: false })
    if (!framed) home()
  }

  /** The lines may come anew: another database behind the page, or an import. */
  function draw(made: L.Map, district: District): void {
    ground?.remove()
    ground = new Ground(made, district, boundsOf(district))
    if (ground.bounds) made.setMaxBounds(ground.bounds.pad(1)).setMinZoom(NEAR)
    else made.setMinZoom(COUNTRY.zoom).setView(COUNTRY.center, COUNTRY.zoom, { animate: false })
  }

  function start(element: HTMLElement, district: District): void {
    const made = emptyMap(element)
    draw(made, district)
    map.value = made
    home()
    made.on('zoomend resize', measure)
    measure()
    watcher = new ResizeObserver(resized)
    watcher.observe(element)
    const settings = source.settings()
    element.classList.toggle('has-streets', settings !== null && addStreets(made, settings))
  }

  onMounted(() => {
    watch(
      source.district,
      (district) => {
        if (!district || !source.holder.value) return
        if (!map.value) start(source.holder.value, district)
        else draw(map.value, district)
      },
      { immediate: true },
    )
  })
  onBeforeUnmount(() => {
    watcher?.disconnect()
    ground?.remove()
    map.value?.remove()
    map.value = null
  })
  return { map, zoomed, scale, laidOut, home }
}

function emptyMap(element: HTMLElement): L.Map {
  return L.map(element, {
    zoomControl: false,
    attributionControl: false,
    zoomSnap: 0.25,
    zoomDelta: 0.75,
    wheelPxPerZoomLevel: 110,
    minZoom: NEAR,
    maxZoom: 18,
    maxBoundsViscosity: 0.6,
    center: [0, 0],
    zoom: NEAR,
  })
}

function boundsOf(district: District): L.LatLngBounds | null {
  if (district.posts.length === 0) return null
  return L.latLngBounds(district.posts.map((post) => [post.latitude, post.longitude])).pad(0.2)
}
