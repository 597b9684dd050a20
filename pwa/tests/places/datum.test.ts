/** Both numbers of a place, as maps copy them. */
import { describe, expect, it } from 'vitest'
import { pairIn } from '@/apply/places/datum'

const HERE = { latitude: 31.86, longitude: 117.28 }

describe('a place that is pasted in one', () => {
  it.each(['31.86,117.28', '117.28,31.86', '31.86 117.28', '117.28， 31.86', '(31.86, 117.28)', ' 31.86;117.28 '])('is read in either order: %s', (text) => {
    expect(pairIn(text)).toEqual(HERE)
  })

  it.each(['', '31.86', '31.86,', '1,2', '48.8,2.3', '31.86,117.28,50', '-31.86,117.28', 'a place', '3000,117.28'])('is none where it is one number, or of elsewhere: %s', (text) => {
    expect(pairIn(text)).toBeNull()
  })
})
