/** The names of stations on the map. */
import L from 'leaflet'
import type { Id, Station } from '@/lib/wire'
import { boxAround, type Point } from './boxes'
import { centroid, placeLabels, type Label } from './label-placement'

const LINE_PX = 20
const CHINESE_PX = 20
const LATIN_PX = 9

/** Names of stations on the ground, moved to where no marker is and left out where there is no room. */
export class StationNames {
  private readonly shown = new Map<Id, L.Marker>()

  constructor(private readonly map: L.Map) {
    if (!map.getPane('names')) map.createPane('names').setAttribute('aria-hidden', 'true')
  }

  /** Place the names anew; `standing` are the posts' markers in layer pixels, `pills` whether they are wide. */
  draw(stations: readonly Station[], homes: ReadonlyMap<Id, readonly Point[]>, standing: Iterable<Point>, pills: boolean): void {
    const boxes = [...standing].map((point) => (pills ? boxAround(point, 66, 30) : boxAround(point, 18)))
    const labels = [...stations]
      .sort((a, b) => a.id - b.id)
      .map((station): Label => {
        const fallback = this.map.latLngToLayerPoint([station.latitude, station.longitude])
        const at = centroid(homes.get(station.id) ?? []) ?? fallback
        return { id: station.id, at, width: nameWidth(shortName(station.name)), height: LINE_PX }
      })
    const placed = placeLabels(labels, boxes)
    for (const station of stations) this.put(station, placed.get(station.id) ?? null)
  }

  private put(station: Station, at: Point | null): void {
    const known = this.shown.get(station.id)
    if (!at) {
      known?.remove()
      this.shown.delete(station.id)
      return
    }
    const latLng = this.map.layerPointToLatLng([at.x, at.y])
    if (known) {
      known.setLatLng(latLng)
      return
    }
    const words = document.createElement('span')
    words.className = 'station-name'
    words.textContent = shortName(station.name)
    const icon = L.divIcon({ className: 'station-marker', html: words, iconSize: [0, 0] })
    const marker = L.marker(latLng, { icon, interactive: false, keyboard: false, pane: 'names' })
    this.shown.set(station.id, marker.addTo(this.map))
  }
}

/** The name without the word that all of them end with. */
export function shortName(name: string): string {
  return name.replace(/(派出所| Police Station)$/u, '')
}

function nameWidth(name: string): number {
  return [...name].reduce((width, sign) => width + (sign.charCodeAt(0) > 0x2e80 ? CHINESE_PX : LATIN_PX), 6)
}
