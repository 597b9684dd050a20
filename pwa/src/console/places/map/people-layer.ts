/** The people who share their position, as dots on the map. */
import L from 'leaflet'
import type { Place } from '@/apply/places/geo'

const RADIUS = 2.5

/** All people as dots on one canvas: thousands of them pan at a few milliseconds a frame. */
export class PeopleLayer extends L.Layer {
  private people: readonly Place[] = []
  private readonly canvas = document.createElement('canvas')
  private frame = 0

  /** Show these people from now on. */
  show(people: readonly Place[]): void {
    this.people = people
    this.later()
  }

  override onAdd(map: L.Map): this {
    const pane = map.getPane('people') ?? map.createPane('people')
    this.canvas.className = 'map-people leaflet-zoom-hide'
    this.canvas.setAttribute('aria-hidden', 'true')
    pane.append(this.canvas)
    map.on('move moveend zoomend resize viewreset', this.later, this)
    this.later()
    return this
  }

  override onRemove(map: L.Map): this {
    map.off('move moveend zoomend resize viewreset', this.later, this)
    cancelAnimationFrame(this.frame)
    this.frame = 0
    this.canvas.remove()
    return this
  }

  private later(): void {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.draw())
  }

  private draw(): void {
    this.frame = 0
    const map = this._map as L.Map | null
    if (!map) return
    const size = map.getSize()
    const ratio = window.devicePixelRatio || 1
    L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([0, 0]))
    this.canvas.width = size.x * ratio
    this.canvas.height = size.y * ratio
    this.canvas.style.width = `${size.x}px`
    this.canvas.style.height = `${size.y}px`
    const context = this.canvas.getContext('2d')
    if (!context) return
    context.scale(ratio, ratio)
    context.fillStyle = getComputedStyle(this.canvas).color
    for (const person of this.people) {
      const at = map.latLngToContainerPoint([person.latitude, person.longitude])
      if (at.x < -RADIUS || at.y < -RADIUS || at.x > size.x + RADIUS || at.y > size.y + RADIUS) continue
      context.beginPath()
      context.arc(at.x, at.y, RADIUS, 0, Math.PI * 2)
      context.fill()
    }
  }
}
