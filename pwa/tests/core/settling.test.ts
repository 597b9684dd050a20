import { describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { missingAnswer, mixedUpWith } from '@/console/alarm/ending/ending'
import { inOrderOf, isMeant, MOVES_EVERY_MS, SETTLES_MS } from '@/apply/core/settling'
import { useSteadyOrder } from '@/console/core/use-steady-order'
import { keepNote, noteDraft } from '@/state/alarm/note-drafts'
import { anAlarm, id, iso } from '../tools/console'

describe('ending an alarm', () => {
  const one = anAlarm(1, { place_name: '乙小学 南门' })
  const other = anAlarm(2, { place_name: '甲小学 南门', raised_at: iso(9) })
  const said = { among: mixedUpWith(one, [one, other]), named: null, outcome: 'real', finding: 'Done' } as const

  it('asks for nothing but outcome and finding while it is the only one', () => {
    const among = mixedUpWith(one, [one, anAlarm(3, { state: 'resolved' })])
    expect(missingAnswer(one, { ...said, among })).toBeNull()
    expect(missingAnswer(one, { ...said, among, outcome: null })).toBe('outcome')
    expect(missingAnswer(one, { ...said, among, finding: ' ' })).toBe('finding')
  })

  it('asks for its place by name where more than one is open, and takes no other place for it', () => {
    expect(said.among.map((alarm) => alarm.id)).toEqual([2, 1])
    expect(missingAnswer(one, said)).toBe('place')
    expect(missingAnswer(one, { ...said, named: id(2) })).toBe('other')
    expect(missingAnswer(one, { ...said, named: id(1) })).toBeNull()
  })

  it('offers itself and what came in last, however many are open', () => {
    const many = Array.from({ length: 40 }, (_, i) => anAlarm(i + 10, { raised_at: iso(i) }))
    const offered = mixedUpWith(one, [one, ...many]).map((alarm) => Number(alarm.id))
    expect(offered).toHaveLength(8)
    expect(offered).toContain(1)
    expect(offered).toContain(49)
  })
})

describe('what has just changed under a hand', () => {
  it('takes no key that was pressed within a second after it, nor one from before that comes late', () => {
    expect([-40, 0, SETTLES_MS - 1, SETTLES_MS].map((after) => isMeant(5_000 + after, 5_000))).toEqual([false, false, false, true])
    expect(isMeant(3, Number.NEGATIVE_INFINITY)).toBe(true)
  })

  it('keeps the order of rows under a pointer, newcomers after them', () => {
    const rows = [4, 2, 3, 1].map((number) => ({ id: id(number) }))
    expect(inOrderOf(rows, [id(1), id(2), id(9)]).map((row) => Number(row.id))).toEqual([1, 2, 4, 3])
    expect(inOrderOf(rows, [])).toEqual(rows)
  })

  it('moves at most every few seconds while alarms pour in, and is fresh for a second each time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const came = ref([id(1)])
    const scope = effectScope()
    const { shown, fresh } = scope.run(() => useSteadyOrder(came, ref(null)))!
    came.value = [id(2), id(1)]
    await nextTick()
    vi.advanceTimersByTime(0)
    expect([shown.value, fresh.value]).toEqual([[2, 1], true])
    vi.advanceTimersByTime(SETTLES_MS)
    expect(fresh.value).toBe(false)

    const seen = new Set<unknown>()
    for (let tenth = 0; tenth < 60; tenth += 1) {
      came.value = [id(10 + tenth), ...came.value]
      await nextTick()
      vi.advanceTimersByTime(100)
      seen.add(shown.value)
    }
    // Where it stood, and what it became in six seconds.
    expect(seen.size).toBeLessThanOrEqual(1 + Math.ceil(6_000 / MOVES_EVERY_MS))
    expect(seen.size).toBeGreaterThan(1)
    scope.stop()
    vi.useRealTimers()
  })
})

describe('a note that was begun', () => {
  it('stays with its own alarm', () => {
    keepNote(id(1), 'At the gate')
    expect([noteDraft(id(1)), noteDraft(id(2))]).toEqual(['At the gate', ''])
    keepNote(id(1), '')
    expect(noteDraft(id(1))).toBe('')
  })
})
