import { expect, test } from 'vitest'
import { guardsOnly } from '@/apply/exports/guards-only'

const NOTHING = { status: null, category: null, school_id: null, never_served: false, away_on: null }

test('what the page of people says is read, and what is no filter is left out', () => {
  const all = { kind: 'guards', status: 'approved', category: 'teacher', school_id: '7', never_served: 'true', away_on: '2026-12-01' }
  expect(guardsOnly(all)).toEqual({ status: 'approved', category: 'teacher', school_id: 7, never_served: true, away_on: '2026-12-01' })
  expect(guardsOnly({ kind: 'guards' })).toBeNull()
  expect(guardsOnly({ status: 'mayor', category: ['teacher'], school_id: '-1', never_served: '0', away_on: 'today' })).toBeNull()
  expect(guardsOnly({ status: 'mayor', school_id: '7' })).toEqual({ ...NOTHING, school_id: 7 })
})
