import { describe, expect, it } from 'vitest'
import { concernOf, heardBeside, inOrder, othersThan, rankOf, takesPage, type Holder } from '@/apply/alarm/first-call'
import { callKey, callTo } from '@/apply/alarm/calls'
import type { Alarm, AlarmResponse, ResponseState, Tier } from '@/lib/wire'
import { alarm, response } from '../tools/make'

const ME: Holder = { id: 9, postId: null, answering: new Set() }
const AT = Date.parse('2026-11-22T23:36:00Z')
const NEW = { taken: new Set<string>(), since: AT - 60_000 }

type Change = Partial<Alarm> & { mine?: Partial<AlarmResponse>; others?: AlarmResponse[] }

/** An open alarm that asked me so many seconds after the first. */
function asks(id: number, seconds: number, { mine = {}, others = [], ...change }: Change = {}): Alarm {
  const at = new Date(AT + seconds * 1000).toISOString()
  return alarm(id, 1, { post_id: id, raised_at: at, responses: [...others, response(id, ME.id, { notified_at: at, ...mine })], ...change })
}

const strangers = (id: number, seconds: number, mine: Partial<AlarmResponse> = {}): Alarm => asks(id, seconds, { full_standing: false, mine })
const drill = (id: number, seconds: number, mine: Partial<AlarmResponse> = {}): Alarm => asks(id, seconds, { drill: true, mine })
const ids = (alarms: Alarm[]): number[] => alarms.map((one) => one.id)

describe('of several calls', () => {
  it('the real come first, then those of raisers without standing, then drills, however near and old', () => {
    const near = { tier: 1 as Tier, why: 'on_post' as const, distance_m: 0 }
    expect(ids(inOrder([drill(1, 0, near), strangers(2, 1, near), asks(3, 50, { mine: { distance_m: 900, tier: 3 } })], ME))).toEqual([3, 2, 1])
  })

  it('what waits for me comes before what I answered, and what somebody else took over after both', () => {
    const states: ResponseState[] = ['declined', 'responding', 'timed_out', 'notified']
    const all = states.map((state, n) => asks(n + 1, n, { mine: { state } }))
    const replaced = asks(5, 0, { mine: { state: 'timed_out' }, others: [response(50, 8, { state: 'responding' })] })
    expect(ids(inOrder([...all, replaced], ME))).toEqual([3, 4, 2, 5, 1])
    expect(ids(othersThan(4, [...all, replaced], ME))).toEqual([3, 2, 5, 1])
    expect(othersThan(4, [asks(1, 0, { mine: { state: 'left' } }), asks(2, 0, { mine: { state: 'released' } })], ME)).toEqual([])
  })

  it('the own post comes first, then the tier, then the nearest, then the oldest', () => {
    const own = asks(4, 9, { mine: { tier: 3, distance_m: 800 } })
    const tier = asks(3, 8, { mine: { tier: 1, distance_m: 40 } })
    const near = asks(2, 7, { mine: { distance_m: 100 } })
    expect(ids(inOrder([asks(6, 6), asks(1, 5), near, tier, own], { ...ME, postId: 4 }))).toEqual([4, 3, 2, 1, 6])
  })
})

describe('the page of a call', () => {
  const real = asks(4, 0)

  it.each([
    ['a drill', drill(5, 30)],
    ["a stranger's press", strangers(6, 30)],
    ['a newer real one, however near', asks(7, 30, { mine: { tier: 1, why: 'on_post', distance_m: 0 } })],
  ])('is not taken by %s while it waits', (_what, other) => {
    expect(takesPage([real, other], 4, ME, NEW)).toBeNull()
  })

  it('is left for a real call where a drill or a stranger has it', () => {
    expect(takesPage([real, drill(5, -30)], 5, ME, NEW)).toBe(4)
    expect(takesPage([real, strangers(6, -30)], 6, ME, NEW)).toBe(4)
    expect(takesPage([strangers(6, 0), drill(5, -30)], 5, ME, NEW)).toBe(6)
  })

  it('gives way to the next, once it is refused, and not while it has me at work', () => {
    const all = (state: ResponseState): Alarm[] => [drill(5, 1), strangers(6, 2), asks(8, 9), asks(4, 0, { mine: { state } })]
    expect(takesPage(all('declined'), 4, ME, NEW)).toBe(8)
    expect(takesPage(all('responding'), 4, ME, NEW)).toBeNull()
    expect(takesPage(all('on_scene'), 4, ME, NEW)).toBeNull()
    expect(takesPage(all('notified'), 4, { ...ME, answering: new Set([4]) }, NEW)).toBeNull()
    expect(takesPage([asks(8, 9), strangers(6, 2, { state: 'on_scene' })], 6, ME, NEW)).toBe(8)
  })

  it('is no drill nor a press of a stranger while a real alarm has me at work', () => {
    const working = asks(4, 0, { mine: { state: 'on_scene' } })
    expect(takesPage([working, drill(5, 1), strangers(6, 2)], null, ME, NEW)).toBeNull()
    expect(takesPage([asks(4, 0, { mine: { state: 'declined' } }), drill(5, 1), strangers(6, 2)], 4, ME, NEW)).toBe(6)
  })

  it('is taken once by each call, and by one of long ago only before something that is less', () => {
    const taken = new Set([callKey(callTo(real, ME.id)!)])
    expect(takesPage([real], null, ME, { ...NEW, taken })).toBeNull()
    const late = asks(4, -300, { mine: { state: 'timed_out' } })
    expect(takesPage([late], null, ME, NEW)).toBeNull()
    expect(takesPage([late, drill(5, 0)], null, ME, NEW)).toBe(4)
    expect(takesPage([late, drill(5, 0)], null, ME, { ...NEW, taken })).toBeNull()
  })
})

describe('a call in a bar', () => {
  it('is heard also behind an alarm that was refused or has me at work, unless it is less than the page', () => {
    const shown = strangers(4, 0, { state: 'on_scene' })
    const bars = othersThan(4, [shown, asks(5, 1, { mine: { state: 'declined' } }), asks(6, 2, { mine: { state: 'responding' } }), strangers(7, 3), drill(8, 4)], ME)
    expect(ids(bars)).toEqual([6, 5, 7, 8])
    expect(heardBeside(shown, bars, ME.id)?.id).toBe(7)
    expect(heardBeside(asks(9, 0), bars, ME.id)).toBeNull()
  })
})

/** So many worlds of a few alarms, the same each time. */
function* worlds(count: number): Generator<Alarm[]> {
  let seed = 7
  const next = (most: number): number => (seed = (seed * 48_271) % 2_147_483_647) % most
  const states: ResponseState[] = ['notified', 'timed_out', 'responding', 'on_scene', 'declined', 'left']
  for (let world = 0; world < count; world += 1) {
    yield Array.from({ length: 1 + next(6) }, (_one, n) =>
      asks(n + 1, next(90), {
        drill: next(3) === 0,
        full_standing: next(2) === 0,
        state: next(6) === 0 ? 'resolved' : 'open',
        mine: { state: states[next(6)]!, tier: (1 + next(3)) as Tier, distance_m: next(4) ? next(2000) : null },
      }),
    )
  }
}

describe('whatever alarms there are', () => {
  it('no call takes the page from one that waits and is as much, nor past one that is more', () => {
    for (const all of worlds(300)) {
      for (const shown of [null, ...ids(all)]) {
        const next = all.find((one) => one.id === takesPage(all, shown, ME, NEW))
        if (!next) continue
        expect(concernOf(next, ME)).not.toBe('none')
        const more = all.filter((one) => rankOf(one) < rankOf(next) && ['waits', 'at_work'].includes(concernOf(one, ME)))
        expect(more).toEqual([])
        const on = all.find((one) => one.id === shown)
        if (on && ['waits', 'at_work'].includes(concernOf(on, ME))) expect(rankOf(next)).toBeLessThan(rankOf(on))
      }
    }
  })

  it('a page without a call always comes to the first that waits, and the order does not depend on the list', () => {
    for (const all of worlds(300)) {
      const first = inOrder(all, ME)[0]!
      expect(ids(inOrder([...all].reverse(), ME))).toEqual(ids(inOrder(all, ME)))
      if (concernOf(first, ME) === 'waits') expect(takesPage(all, null, ME, NEW)).toBe(first.id)
    }
  })
})
