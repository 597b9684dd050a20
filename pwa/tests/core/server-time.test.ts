import { describe, expect, it, vi } from 'vitest'
import { fixOf } from '@/lib/position'
import { pushHint } from '@/lib/push-hint'
import { atServer, serverNow, setServerTime } from '@/lib/server-time'

describe('a phone whose clock is wrong', () => {
  it('says and sends the server’s time', () => {
    const truth = Date.now() - 3 * 3_600_000
    setServerTime(new Date(truth).toISOString())
    expect(Math.abs(serverNow() - truth)).toBeLessThan(1_000)
    expect(Math.abs(atServer(Date.now()) - truth)).toBeLessThan(1_000)
    const position = { timestamp: Date.now(), coords: { latitude: 1, longitude: 2, accuracy: 3 } } as GeolocationPosition
    expect(Math.abs(Date.parse(fixOf(position).at) - truth)).toBeLessThan(1_000)
    setServerTime('nonsense')
    expect(Math.abs(serverNow() - truth)).toBeLessThan(1_000)
  })
})

describe('an answer that was long on its way', () => {
  const ASKED = Date.parse('2026-11-23T07:30:00Z')
  const TAKEN_MS = 3_000
  it.each([
    ['sets no clock that is right', 0, 0],
    ['sets one that is behind right but for its way', -60_000, 60_010 - TAKEN_MS],
    ['sets one that is ahead right', 60_000, 10 - 60_000],
  ])('%s', (_what, wrongMs, offMs) => {
    vi.useFakeTimers({ now: ASKED + wrongMs + TAKEN_MS })
    // Written at once, and then on its way.
    setServerTime(new Date(ASKED + 10).toISOString(), ASKED + wrongMs)
    const off = atServer(0)
    vi.useRealTimers()
    expect(off).toBe(offMs)
  })
})

describe('where pushes are not supported', () => {
  it.each([
    ['Mozilla/5.0 (Linux; Android 14) Chrome/116 Mobile Safari/537.36 XWEB/1160117 MicroMessenger/8.0.49', 5, 'wechat'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1', 5, 'ios'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.5 Safari/605.1.15', 5, 'ios'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.5 Safari/605.1.15', 0, 'unsupported'],
    ['Mozilla/5.0 (Linux; Android 10; HarmonyOS) HuaweiBrowser/15 Mobile', 5, 'unsupported'],
  ] as const)('%s with %i touch points is told of %s', (agent, touchPoints, hint) => {
    expect(pushHint(agent, touchPoints)).toBe(hint)
  })
})
