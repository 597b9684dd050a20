/** The responders of an alarm on the map. */
import type { Id } from '@/lib/wire'
import L from 'leaflet'
import { PERSON_SHAPES, escapeText } from '@/console/places/map/symbols'
import { labelSides, type Side } from './label-sides'
import type { ResponseTone, PlacedResponder } from './responders'

/** How a responder is drawn: his sign, his name, how far he is, and whether he comes. */
export interface ResponderLook {
  standing: PlacedResponder
  tone: ResponseTone
  sign: string
  name: string
  far: string
}

/** Responders around the alarm, with a line to it for those who are not there yet and come. */
export class ResponderMarkers {
  private readonly markers = new Map<Id, { marker: L.Marker; line: L.Polyline | null; drawn: string }>()

  constructor(private readonly map: L.Map) {
    if (!map.getPane('responders')) map.createPane('responders').setAttribute('aria-hidden', 'true')
    if (!map.getPane('links')) map.createPane('links')
  }

  /** Bring the markers to these responders around `middle`; the first get their labels before the others. */
  draw(looks: readonly ResponderLook[], middle: L.LatLngTuple): void {
    const shown = new Set(looks.map((look) => look.standing.response.id))
    const pixels = (at: L.LatLngTuple): { x: number; y: number } => this.map.latLngToContainerPoint(at)
    const sides = labelSides(
      looks.map((look) => ({ ...pixels([look.standing.place.latitude, look.standing.place.longitude]), width: widthOf(look) })),
      [{ ...pixels(middle), width: 0 }],
    )
    looks.forEach((look, index) => this.put(look, middle, sides[index] ?? 'none'))
    for (const [id, known] of this.markers) {
      if (shown.has(id)) continue
      known.marker.remove()
      known.line?.remove()
      this.markers.delete(id)
    }
  }

  private put(look: ResponderLook, middle: L.LatLngTuple, side: Side): void {
    const { response, place } = look.standing
    const at: L.LatLngTuple = [place.latitude, place.longitude]
    const html = responderHtml(look, side)
    const coming = look.tone === 'responding' || look.tone === 'unproven'
    const known = this.markers.get(response.id)
    const marker = known?.marker ?? L.marker(at, { icon: iconOf(html), interactive: false, keyboard: false, pane: 'responders' }).addTo(this.map)
    if (known && known.drawn !== html) marker.setIcon(iconOf(html))
    marker.setLatLng(at)
    let line = known?.line ?? null
    if (!coming) {
      line?.remove()
      line = null
    } else if (line) line.setLatLngs([middle, at])
    else line = L.polyline([middle, at], { className: 'responder-line', interactive: false, pane: 'links' }).addTo(this.map)
    this.markers.set(response.id, { marker, line, drawn: html })
  }
}

/** The markup of one responder: shape and sign of the group, and where there is room its name and distance. */
function responderHtml(look: ResponderLook, side: Side): string {
  const { group } = look.standing.response
  const y = group === 'staff' ? 17.4 : 16.6
  return (
    `<div class="responder-spot is-${look.tone} at-${side}">` +
    `<svg width="28" height="28" viewBox="0 0 24 24"><path d="${PERSON_SHAPES[group]}"/>` +
    `<text x="12" y="${y}" text-anchor="middle">${escapeText(look.sign)}</text></svg>` +
    (side === 'none' ? '' : `<span><b>${escapeText(look.name)}</b> ${escapeText(look.far)}</span>`) +
    '</div>'
  )
}

/** So wide a name is shown at most, as `map.css` cuts it. */
const MOST_OF_A_NAME = 126

/** About how many pixels a text takes: a Chinese character is as wide as the letter is high, others about half. */
function textWidth(text: string): number {
  return [...text].reduce((sum, letter) => sum + (/\p{Script=Han}/u.test(letter) ? 14 : 8.5), 0)
}

/** About how many pixels a label takes. */
function widthOf(look: ResponderLook): number {
  return Math.min(textWidth(look.name), MOST_OF_A_NAME) + textWidth(` ${look.far}`) + 4
}

function iconOf(html: string): L.DivIcon {
  return L.divIcon({ className: 'responder-marker', html, iconSize: [0, 0] })
}
