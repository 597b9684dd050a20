/** The open alarms on the map. */
import L from 'leaflet'
import type { Alarm, Id } from '@/lib/wire'
import type { Point } from './boxes'
import { escapeText, symbolSvg } from './symbols'

/** Open alarms above everything else, with two rings that pulse three times when they are new. */
export class AlarmMarkers {
  private readonly markers = new Map<Id, { marker: L.Marker; drawn: string }>()

  constructor(
    private readonly map: L.Map,
    private readonly onOpen: (alarm: Id) => void,
  ) {
    if (!map.getPane('alarms')) map.createPane('alarms').setAttribute('aria-hidden', 'true')
  }

  /** Bring the markers to these alarms; answers where each stands, in layer pixels. */
  draw(alarms: readonly Alarm[], title: (alarm: Alarm) => string, large: boolean): Point[] {
    const shown = new Set(alarms.map((alarm) => alarm.id))
    for (const alarm of alarms) this.put(alarm, title(alarm), large)
    for (const [id, { marker }] of this.markers) {
      if (shown.has(id)) continue
      marker.remove()
      this.markers.delete(id)
    }
    return alarms.map((alarm) => this.map.latLngToLayerPoint([alarm.latitude, alarm.longitude]))
  }

  private put(alarm: Alarm, title: string, large: boolean): void {
    const symbol = symbolSvg(alarm.drill ? 'drill' : 'alarm', large ? 40 : 26)
    const html =
      `<div class="alarm-spot${alarm.drill ? ' is-drill' : ''}${large ? ' is-large' : ''}" title="${escapeText(title)}">` +
      `<i class="alarm-ring"></i><i class="alarm-ring is-outer"></i>${symbol}</div>`
    const known = this.markers.get(alarm.id)
    if (known) {
      if (known.drawn !== html) known.marker.setIcon(iconOf(html))
      known.marker.setLatLng([alarm.latitude, alarm.longitude])
      known.drawn = html
      return
    }
    const marker = L.marker([alarm.latitude, alarm.longitude], { icon: iconOf(html), keyboard: false, pane: 'alarms' })
    marker.on('click', () => this.onOpen(alarm.id))
    this.markers.set(alarm.id, { marker: marker.addTo(this.map), drawn: html })
  }
}

function iconOf(html: string): L.DivIcon {
  return L.divIcon({ className: 'alarm-marker', html, iconSize: [0, 0] })
}
