/** Pure: GeoJSON as Leaflet and SVG take it. */
import type { Borders, Outline } from '@/lib/wire'

/** GeoJSON names longitude first, Leaflet latitude. */
export type Ring = [number, number][]

/** The rings of an outline, piece by piece, as Leaflet takes them. */
export function latLngRings(outline: Outline): Ring[][] {
  const polygons = (outline.type === 'Polygon' ? [outline.coordinates] : outline.coordinates) as number[][][][]
  return polygons.map((polygon) => polygon.map(turned))
}

/** The lines of borders as Leaflet takes them; none where the server told none. */
export function latLngs(borders: Borders | undefined): Ring[] {
  return (borders?.coordinates ?? []).map(turned)
}

/** Whether a view shows so little of the outline that it needs a small map beside it: none of its corners, or few. */
export function isLost(outline: Outline, view: View): boolean {
  const corners = latLngRings(outline).flat(2)
  const seen = corners.filter(([lat, lng]) => lat > view.south && lat < view.north && lng > view.west && lng < view.east)
  return seen.length * 2 < corners.length
}

export interface View {
  south: number
  west: number
  north: number
  east: number
}

/** A small map: how places in degrees become pixels of a box of this size, the outline fitting into it with a margin. */
export function fitInto(outline: Outline, width: number, height: number, margin: number): (place: [number, number]) => [number, number] {
  const corners = latLngRings(outline).flat(2)
  const [lats, lngs] = [corners.map(([lat]) => lat), corners.map(([, lng]) => lng)]
  const [south, north, west, east] = [Math.min(...lats), Math.max(...lats), Math.min(...lngs), Math.max(...lngs)]
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const scale = Math.min((width - 2 * margin) / ((east - west) * squeeze), (height - 2 * margin) / (north - south))
  const [left, top] = [(width - (east - west) * squeeze * scale) / 2, (height - (north - south) * scale) / 2]
  return ([lat, lng]) => [left + (lng - west) * squeeze * scale, top + (north - lat) * scale]
}

/** Write lines as the path of an SVG. */
export function pathOf(lines: readonly Ring[], at: (place: [number, number]) => [number, number], closed: boolean): string {
  return lines
    .filter((line) => line.length > 1)
    .map((line) => `M${line.map((place) => at(place).map((value) => value.toFixed(1)).join(' ')).join('L')}${closed ? 'Z' : ''}`)
    .join('')
}

function turned(line: number[][]): Ring {
  return line.map(([longitude, latitude]): [number, number] => [latitude ?? 0, longitude ?? 0])
}
