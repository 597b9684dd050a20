import { expect, test } from 'vitest'
import { arrivedOf, bandAt, bandOf, bandWords } from '@/apply/attendance/arrivals'

const KEY = 'console.attendance.arrivals'

test('a band is named by both of its ends, and the outer ones by one', () => {
  const named = [0, 1, 4, 5, 9].map((place) => bandWords({ ...bandAt(place), people: 1 }))
  expect(named).toEqual([
    [`${KEY}.earlier`, { n: 20 }],
    [`${KEY}.before`, { n: 20, m: 15 }],
    [`${KEY}.before`, { n: 5, m: 0 }],
    [`${KEY}.after`, { n: 0, m: 5 }],
    [`${KEY}.later`, { n: 20 }],
  ])
})

test('the rows of a band are known by its place', () => {
  expect(arrivedOf(3)).toBe('arrived_3')
  expect(bandOf('arrived_3')).toBe(3)
  expect(bandOf('late')).toBeNull()
  expect(bandOf(null)).toBeNull()
})
