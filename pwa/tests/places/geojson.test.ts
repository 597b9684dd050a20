import { describe, expect, it } from 'vitest'
import { fitInto, isLost, latLngRings, latLngs, pathOf } from '@/console/places/map/geojson'
import type { Outline } from '@/lib/wire'

const outline: Outline = {
  type: 'Polygon',
  coordinates: [[[117.1, 31.8], [117.5, 31.8], [117.5, 32.0], [117.1, 32.0], [117.1, 31.8]]],
}

describe('the lines of the map', () => {
  it('turn GeoJSON around, whole polygons as pieces of one', () => {
    const two: Outline = { type: 'MultiPolygon', coordinates: [[[[1, 2], [3, 4], [1, 2]]], [[[5, 6], [7, 8], [5, 6]]]] }
    expect(latLngRings(two)).toEqual([[[[2, 1], [4, 3], [2, 1]]], [[[6, 5], [8, 7], [6, 5]]]])
    expect(latLngs({ type: 'MultiLineString', coordinates: [[[1, 2], [3, 4]]] })).toEqual([[[2, 1], [4, 3]]])
  })

  it('are none where a server of the release before tells none', () => {
    expect(latLngs(undefined)).toEqual([])
  })
})

describe('the small map', () => {
  it('stands where a view shows less than half of the outline, and not beside the whole district', () => {
    expect(isLost(outline, { south: 31.7, north: 32.1, west: 117, east: 117.6 })).toBe(false)
    expect(isLost(outline, { south: 31.88, north: 31.9, west: 117.2, east: 117.3 })).toBe(true)
    expect(isLost(outline, { south: 31.7, north: 32.1, west: 117.05, east: 117.2 })).toBe(false)
  })

  it('holds the outline with its margin, undistorted, north above', () => {
    const at = fitInto(outline, 128, 96, 8)
    const [left, top] = at([32.0, 117.1])
    const [right, bottom] = at([31.8, 117.5])
    expect(left).toBeCloseTo(8, 5)
    expect(right).toBeCloseTo(120, 5)
    expect((right - left) / (bottom - top)).toBeCloseTo((0.4 * Math.cos((31.9 * Math.PI) / 180)) / 0.2, 5)
    expect(top + bottom).toBeCloseTo(96, 5)
  })

  it('writes paths, closed or open, and leaves single points out', () => {
    const plain = (place: [number, number]): [number, number] => [place[1], place[0]]
    expect(pathOf([[[0, 1], [2, 3]], [[9, 9]]], plain, true)).toBe('M1.0 0.0L3.0 2.0Z')
    expect(pathOf([[[0, 1], [2, 3]]], plain, false)).toBe('M1.0 0.0L3.0 2.0')
  })
})
