/** The streets under the map, from tiles drawn in GCJ-02. */
import gcoord from 'gcoord'
import L from 'leaflet'
import type { Settings } from '@/lib/wire'

interface TileInsides {
  _setZoomTransform(level: unknown, center: L.LatLng, zoom: number): void
  _getTiledPixelBounds(center: L.LatLng): L.Bounds
}

const insides = L.TileLayer.prototype as unknown as TileInsides

function toGcj(center: L.LatLng): L.LatLng {
  const [longitude, latitude] = gcoord.transform([center.lng, center.lat], gcoord.WGS84, gcoord.GCJ02)
  return L.latLng(latitude ?? center.lat, longitude ?? center.lng)
}

/** Tiles drawn in GCJ-02 laid under a WGS-84 map: only the layer's own centre is converted, never a stored place. */
const Gcj02TileLayer = L.TileLayer.extend({
  _setZoomTransform(this: L.TileLayer, level: unknown, center: L.LatLng, zoom: number) {
    insides._setZoomTransform.call(this, level, toGcj(center), zoom)
  },
  _getTiledPixelBounds(this: L.TileLayer, center: L.LatLng) {
    return insides._getTiledPixelBounds.call(this, toGcj(center))
  },
}) as unknown as new (url: string, options: L.TileLayerOptions) => L.TileLayer

/** Lay the configured streets under the map; answers whether there are any. */
export function addStreets(map: L.Map, settings: Settings): boolean {
  if (!settings.tile_url) return false
  const options: L.TileLayerOptions = { maxZoom: 19, maxNativeZoom: 18, className: 'map-streets' }
  const tiles =
    settings.tile_datum === 'gcj02'
      ? new Gcj02TileLayer(settings.tile_url, options)
      : L.tileLayer(settings.tile_url, options)
  tiles.addTo(map)
  return true
}
