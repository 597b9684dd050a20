import { describe, expect, it } from 'vitest'
import { wayBetween } from '@/lib/format'
import { id } from '../tools/console'
import { boxAround, overlaps } from '@/console/places/map/boxes'
import { placeCallout } from '@/console/places/map/callout-placement'
import { freeSide, freestSide } from '@/console/places/map/free-side'
import { metersBetween, pixelsPerKilometer, placeAt, scaleBar } from '@/apply/places/geo'
import { centroid, placeLabels } from '@/console/places/map/label-placement'
import { spread } from '@/console/places/map/spread'
import { escapeText, symbolSvg } from '@/console/places/map/symbols'

const HERE = { latitude: 31.88, longitude: 117.25 }

describe('places', () => {
  it('goes out on a bearing and measures the way back', () => {
    for (const bearing of [0, 45, 133, 270]) {
      const there = placeAt(HERE, bearing, 660)
      expect(metersBetween(HERE, there)).toBeCloseTo(660, 0)
      expect(wayBetween(HERE, there).bearingDeg).toBeCloseTo(bearing, 1)
    }
  })

  it('knows how many pixels a kilometre takes', () => {
    expect(pixelsPerKilometer(14, 31.9)).toBeCloseTo(123.3, 0)
  })

  it('draws scale bars of 1, 2 or 5', () => {
    expect(scaleBar(46, 100).meters).toBe(2000)
    expect(scaleBar(190, 100).meters).toBe(500)
    expect(scaleBar(400, 100)).toEqual({ meters: 200, pixels: 80 })
  })
})

describe('station names', () => {
  const label = { id: id(1), at: { x: 100, y: 100 }, width: 60, height: 18 }

  it('stand at their place where it is free', () => {
    expect(placeLabels([label], []).get(id(1))).toEqual({ x: 100, y: 100 })
  })

  it('move to where no marker is', () => {
    const markers = [boxAround({ x: 100, y: 100 }, 14), boxAround({ x: 110, y: 112 }, 14)]
    const at = placeLabels([label], markers).get(id(1))
    expect(at).toBeDefined()
    const box = boxAround(at ?? { x: 100, y: 100 }, 60, 18)
    expect(markers.some((marker) => overlaps(box, marker))).toBe(false)
  })

  it('are dropped rather than drawn over markers', () => {
    expect(placeLabels([label], [boxAround({ x: 100, y: 100 }, 500)]).has(id(1))).toBe(false)
  })

  it('never cross each other', () => {
    const placed = placeLabels([label, { ...label, id: id(2) }], [])
    const [first, second] = [placed.get(id(1)), placed.get(id(2))]
    expect(first && second && overlaps(boxAround(first, 60, 18), boxAround(second, 60, 18))).toBe(false)
  })

  it('start from the middle of their posts', () => {
    expect(centroid([{ x: 0, y: 0 }, { x: 4, y: 2 }])).toEqual({ x: 2, y: 1 })
    expect(centroid([])).toBeNull()
  })
})

describe('markers', () => {
  it('are spread where they would hide each other, and left alone elsewhere', () => {
    const points = [{ x: 10, y: 10 }, { x: 14, y: 10 }, { x: 14, y: 10 }, { x: 200, y: 200 }]
    const shifts = spread(points, 18)
    const moved = points.map((point, i) => ({ x: point.x + (shifts[i]?.x ?? 0), y: point.y + (shifts[i]?.y ?? 0) }))
    for (let a = 0; a < 3; a += 1)
      for (let b = a + 1; b < 3; b += 1)
        expect(Math.hypot((moved[a]?.x ?? 0) - (moved[b]?.x ?? 0), (moved[a]?.y ?? 0) - (moved[b]?.y ?? 0))).toBeGreaterThan(16)
    expect(shifts[3]).toEqual({ x: 0, y: 0 })
  })

  it('carry their figure on the freest side', () => {
    const at = { x: 100, y: 100 }
    expect(freestSide(at, [at])).toBe('right')
    expect(freestSide(at, [at, { x: 125, y: 100 }])).toBe('left')
  })

  it('has no figure where every side is taken', () => {
    const around = [{ x: 125, y: 100 }, { x: 75, y: 100 }, { x: 100, y: 75 }, { x: 100, y: 125 }]
    const at = { x: 100, y: 100 }
    expect(freeSide(at, [at, ...around], [])).toBeNull()
    expect(freeSide(at, [at], [])).toBe('right')
    expect(freeSide(at, [at], [{ x: 110, y: 90, width: 40, height: 20 }])).toBeNull()
  })
})

describe('the callout', () => {
  const view = { x: 0, y: 60, width: 1000, height: 700 }

  it('covers no alarm, no post of its own, and stays in view', () => {
    const target = { x: 500, y: 400 }
    const alarms = [{ x: 700, y: 400 }, { x: 300, y: 400 }]
    const corner = placeCallout(target, 270, 170, { view, markers: [], alarms, controls: [] })
    const box = { ...corner, width: 270, height: 170 }
    expect(alarms.some((alarm) => overlaps(box, boxAround(alarm, 60)))).toBe(false)
    expect(overlaps(box, boxAround(target, 40))).toBe(false)
    expect(corner.y).toBeGreaterThanOrEqual(60)
  })

  it('goes where markers are few', () => {
    const crowd = Array.from({ length: 60 }, (_, i) => ({ x: 560 + (i % 8) * 30, y: 250 + Math.floor(i / 8) * 40 }))
    const corner = placeCallout({ x: 500, y: 400 }, 270, 170, { view, markers: crowd, alarms: [], controls: [] })
    expect(crowd.some((marker) => overlaps({ ...corner, width: 270, height: 170 }, boxAround(marker, 14)))).toBe(false)
  })
})

describe('symbols', () => {
  it('have a shape of their own for each state', () => {
    const drawn = (['full', 'understaffed', 'uncovered', 'off_duty', 'alarm', 'drill'] as const).map((state) =>
      symbolSvg(state, 16).replace(/is-\w+/u, ''),
    )
    expect(new Set(drawn).size).toBe(drawn.length)
  })

  it('leave the check out of small discs', () => {
    expect(symbolSvg('full', 10, true)).not.toContain('s-mark')
  })

  it('never let a name become markup', () => {
    expect(escapeText('<b a="1">&\'')).not.toMatch(/[<>"']/u)
  })
})
