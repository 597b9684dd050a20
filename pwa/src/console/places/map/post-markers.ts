/** The posts on the map. */
import L from 'leaflet'
import type { Id, PostState } from '@/lib/wire'
import type { PostView } from '@/apply/duty/post-view'
import type { Box, Point } from './boxes'
import { figureBox, freeSide, freestSide, type Side } from './free-side'
import { spread } from './spread'
import { escapeText, symbolSvg } from './symbols'

const SIZE: Record<PostState, number> = { full: 10, understaffed: 16, uncovered: 19, off_duty: 12 }
const DRAWN_LAST: Record<PostState, number> = { off_duty: 0, full: 1_000, understaffed: 2_000, uncovered: 3_000 }
const LEAST_PX = 18
const PILL_PX = 30

/** What the markers are drawn from. */
export interface MarkerScene {
  views: readonly PostView[]
  selected: Id | null
  zoomed: boolean
  alarmed: ReadonlySet<Id>
  title: (view: PostView) => string
  offDuty: string
  /** Without the figures beside uncovered posts: around an alarm the people are what is to be read. */
  quiet?: boolean
}

/** Posts as DOM markers: only what has changed is drawn again, and none hides another. */
export class PostMarkers {
  private readonly markers = new Map<Id, { marker: L.Marker; drawn: string; place: string }>()

  constructor(
    private readonly map: L.Map,
    private readonly onSelect: (post: Id) => void,
  ) {
    if (!map.getPane('posts')) map.createPane('posts').setAttribute('aria-hidden', 'true')
  }

  /** Bring the markers to this scene; answers where each stands on the screen, in layer pixels. */
  draw(scene: MarkerScene): Map<Id, Point> {
    const shown = scene.views.filter((view) => !scene.alarmed.has(view.post.id))
    const points = shown.map((view) => this.map.latLngToLayerPoint([view.post.latitude, view.post.longitude]))
    const moved = apart(points, scene.zoomed)
    const standing = new Map<Id, Point>()
    const figures: Box[] = []
    shown.forEach((view, i) => {
      const at = moved[i]
      if (!at) return
      standing.set(view.post.id, at)
      const side = sideOf(view, at, { moved, figures }, scene)
      if (side) figures.push(figureBox(at, side))
      this.put(view, at, side, scene)
    })
    for (const [id, { marker }] of this.markers) {
      if (standing.has(id)) continue
      marker.remove()
      this.markers.delete(id)
    }
    return standing
  }

  private put(view: PostView, at: L.Point, side: Side | null, scene: MarkerScene): void {
    const selected = view.post.id === scene.selected
    const html = markerHtml(view, scene, side)
    const latLng = this.map.layerPointToLatLng(at)
    const place = `${latLng.lat.toFixed(6)} ${latLng.lng.toFixed(6)}`
    const known = this.markers.get(view.post.id)
    if (!known) {
      const marker = L.marker(latLng, { icon: iconOf(html), keyboard: false, pane: 'posts', riseOnHover: true })
      marker.on('click', () => this.onSelect(view.post.id))
      marker.setZIndexOffset(selected ? 5_000 : DRAWN_LAST[view.state]).addTo(this.map)
      this.markers.set(view.post.id, { marker, drawn: html, place })
      return
    }
    if (known.place !== place) known.marker.setLatLng(latLng)
    if (known.drawn !== html) {
      known.marker.setIcon(iconOf(html))
      known.marker.setZIndexOffset(selected ? 5_000 : DRAWN_LAST[view.state])
    }
    known.place = place
    known.drawn = html
  }
}

/** Where the figure of an uncovered post goes; the selected one always has it. */
function sideOf(view: PostView, at: L.Point, around: { moved: readonly L.Point[]; figures: readonly Box[] }, scene: MarkerScene): Side | null {
  if (view.state !== 'uncovered' || scene.zoomed) return null
  if (view.post.id === scene.selected) return freestSide(at, around.moved)
  return scene.quiet ? null : freeSide(at, around.moved, around.figures)
}

/** Pills are twice as wide as high, so they need twice the room sideways. */
function apart(points: readonly L.Point[], zoomed: boolean): L.Point[] {
  const wide = zoomed ? 2 : 1
  const narrowed = points.map((point) => ({ x: point.x / wide, y: point.y }))
  const shifts = spread(narrowed, zoomed ? PILL_PX : LEAST_PX)
  return points.map((point, i) => point.add([(shifts[i]?.x ?? 0) * wide, shifts[i]?.y ?? 0]))
}

/** The markup of one post's marker: its shape, or a pill with shape and figure when zoomed in. */
function markerHtml(view: PostView, scene: MarkerScene, side: Side | null): string {
  const selected = view.post.id === scene.selected ? ' is-selected' : ''
  const title = escapeText(scene.title(view))
  const figure = `${view.present}/${view.required}`
  if (scene.zoomed) {
    const words = view.state === 'off_duty' ? escapeText(scene.offDuty) : figure
    return `<div class="pill is-${view.state}${selected}" title="${title}">${symbolSvg(view.state, 15)}${words}</div>`
  }
  const shape = symbolSvg(view.state, SIZE[view.state], true)
  const beside = side ? `<span class="spot-figure at-${side}">${figure}</span>` : ''
  return `<div class="spot is-${view.state}${selected}" title="${title}">${shape}${beside}</div>`
}

function iconOf(html: string): L.DivIcon {
  return L.divIcon({ className: 'post-marker', html, iconSize: [0, 0] })
}
