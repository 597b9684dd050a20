/** The ground of the map: the district and the borders of its stations. */
import L from 'leaflet'
import type { District } from '@/lib/wire'
import { latLngs, latLngRings } from './geojson'

const METERS_A_DEGREE = 111_195
const SVG = 'http://www.w3.org/2000/svg'
let count = 0

/** What the ground is drawn from; a server of the release before tells no borders. */
export type GroundShape = Pick<District, 'outline' | 'outline_given'> & Partial<Pick<District, 'borders'>>

/** The ground without tiles: grid, district with a soft inner band, stations' borders, outline. Colours: map.css. */
export class Ground {
  readonly bounds: L.LatLngBounds | null
  private readonly layers: L.Layer[] = []
  private readonly clip = document.createElementNS(SVG, 'path')
  private readonly renderer: L.SVG
  private district: L.Polygon | null = null

  constructor(
    private readonly map: L.Map,
    drawn: GroundShape,
    bounds: L.LatLngBounds | null,
  ) {
    if (!map.getPane('ground')) map.createPane('ground').classList.add('map-ground')
    this.renderer = L.svg({ pane: 'ground', padding: 0.6 })
    const rings = drawn.outline ? latLngRings(drawn.outline) : null
    this.bounds = rings ? L.polygon(rings).getBounds() : bounds
    this.grid('map-grid map-grid-outside')
    if (!rings) return
    this.district = this.add(L.polygon(rings, { ...this.style('map-district'), smoothFactor: 0, noClip: true }))
    const clipped = [
      this.grid('map-grid map-grid-inside'),
      this.add(L.polygon(rings, { ...this.style('map-band'), smoothFactor: 0, noClip: true })),
      this.add(L.polyline(latLngs(drawn.borders), { ...this.style('map-border'), smoothFactor: 0, noClip: true })),
    ].flat()
    const kind = drawn.outline_given === false ? 'map-outline is-drawn' : 'map-outline'
    this.add(L.polygon(rings, { ...this.style(kind), smoothFactor: 0, noClip: true }))
    this.clipTo(clipped)
  }

  /** Take everything off the map again. */
  remove(): void {
    this.renderer.off('update', this.followClip)
    for (const layer of this.layers) layer.remove()
    this.renderer.remove()
  }

  private readonly followClip = (): void => {
    this.clip.setAttribute('d', this.district?.getElement()?.getAttribute('d') ?? '')
  }

  /** Leaflet rewrites its paths on each move: the clip path follows the district's. */
  private clipTo(layers: readonly L.Path[]): void {
    const svg = this.district?.getElement()?.closest('svg')
    if (!svg) return
    count += 1
    const holder = document.createElementNS(SVG, 'clipPath')
    holder.id = `district-clip-${count}`
    this.clip.setAttribute('clip-rule', 'evenodd')
    holder.append(this.clip)
    svg.prepend(holder)
    for (const layer of layers) layer.getElement()?.setAttribute('clip-path', `url(#${holder.id})`)
    this.renderer.on('update', this.followClip)
    this.followClip()
  }

  private grid(className: string): L.Path[] {
    if (!this.bounds) return []
    return [2_000, 500].map((meters) =>
      this.add(
        L.polyline(gridLines(this.bounds as L.LatLngBounds, meters), {
          ...this.style(`${className} is-${meters === 500 ? 'fine' : 'coarse'}`),
          smoothFactor: 0,
        }),
      ),
    )
  }

  private style(className: string): L.PolylineOptions {
    return { className, interactive: false, renderer: this.renderer, pane: 'ground' }
  }

  private add<T extends L.Layer>(layer: T): T {
    layer.addTo(this.map)
    this.layers.push(layer)
    return layer
  }
}

/** Grid lines every so many metres, reaching one extent beyond the bounds on each side. */
function gridLines(bounds: L.LatLngBounds, meters: number): [number, number][][] {
  const middle = (bounds.getCenter().lat * Math.PI) / 180
  const stepLat = meters / METERS_A_DEGREE
  const stepLng = meters / (METERS_A_DEGREE * Math.cos(middle))
  const reach = meters < 1_000 ? 0.25 : 1.5
  const padded = bounds.pad(reach)
  const [south, north] = [padded.getSouth(), padded.getNorth()]
  const [west, east] = [padded.getWest(), padded.getEast()]
  const lines: [number, number][][] = []
  for (let lat = Math.ceil(south / stepLat) * stepLat; lat <= north; lat += stepLat)
    lines.push([[lat, west], [lat, east]])
  for (let lng = Math.ceil(west / stepLng) * stepLng; lng <= east; lng += stepLng)
    lines.push([[south, lng], [north, lng]])
  return lines
}
