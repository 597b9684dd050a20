import { describe, expect, it } from 'vitest'
import { labelSides, type Sign } from '@/console/alarm/responders/label-sides'

/** Signs strewn by a linear congruence: the same for the same seed. */
function strewn(seed: number, count: number): Sign[] {
  let state = seed
  const below = (most: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * most)
  }
  return Array.from({ length: count }, () => ({ x: below(600), y: below(400), width: 20 + below(120) }))
}

function labelOf({ x, y, width }: Sign, side: string): [number, number, number, number] {
  const left = side === 'right' ? x + 21 : x - 21 - width
  return [left, left + width, y - 10, y + 10]
}

function cover(a: readonly number[], b: readonly number[]): boolean {
  const [aLeft = 0, aRight = 0, aTop = 0, aBottom = 0] = a
  const [bLeft = 0, bRight = 0, bTop = 0, bBottom = 0] = b
  return aLeft < bRight && bLeft < aRight && aTop < bBottom && bTop < aBottom
}

describe('labels beside signs', () => {
  it('stand on the right where there is room, else on the left, else nowhere', () => {
    const [first, second, third] = labelSides(
      [{ x: 100, y: 100, width: 80 }, { x: 160, y: 100, width: 80 }, { x: 130, y: 112, width: 80 }],
      [],
    )
    expect([first, second, third]).toEqual(['left', 'right', 'none'])
  })

  it('never cover each other, a sign, or the alarm', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const [alarm, ...signs] = strewn(seed, 1 + (seed % 13))
      if (!alarm) throw new Error('nothing strewn')
      const sides = labelSides(signs, [alarm])
      const labels = signs.flatMap((one, index) =>
        sides[index] === 'none' ? [] : [{ index, label: labelOf(one, sides[index] ?? '') }],
      )
      const marks = [...signs, alarm].map(({ x, y }) => [x - 14, x + 14, y - 14, y + 14])
      for (const one of labels) {
        expect(labels.some((other) => other !== one && cover(one.label, other.label))).toBe(false)
        expect(marks.some((mark, index) => index !== one.index && cover(one.label, mark))).toBe(false)
      }
    }
  })
})
