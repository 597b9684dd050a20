import { afterEach, describe, expect, it, vi } from 'vitest'
import { shallowRef } from 'vue'
import { useEarlier } from '@/console/alarm/timeline/use-earlier'
import type { Alarm } from '@/lib/wire'
import { anAlarm, anEntry } from '../tools/console'

const lines = (first: number, last: number): Alarm['timeline'] =>
  Array.from({ length: last - first + 1 }, (_, i) => anEntry(first + i, first + i, 'note'))
const shows = (first: number, last: number): Alarm => anAlarm(7, { timeline: lines(first, last), timeline_count: last })

afterEach(() => vi.unstubAllGlobals())

describe('earlier entries of an alarm', () => {
  it('stay whole while news push others out of its newest ones', async () => {
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ items: lines(1, 6).reverse(), next: null })))
    const alarm = shallowRef<Alarm | null>(shows(4, 6))
    const { whole, left, load } = useEarlier(alarm)
    await load()
    alarm.value = shows(6, 8)
    alarm.value = shows(8, 10)
    expect(whole.value?.timeline.map((one) => one.id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(left.value).toBe(0)
    alarm.value = anAlarm(8, { timeline: lines(20, 21), timeline_count: 2 })
    expect(whole.value?.timeline.map((one) => one.id)).toEqual([20, 21])
  })
})
