/** Whether a phone shares its position is the guard's to say; where that cannot be read, nothing goes out. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fetchDuty, forgetDuty } from '@/state/duty/duty'
import { sharedPosition } from '@/state/duty/position-sharing'

const duty = {
  check_in: { at: '1970-01-01T00:00:00Z', checked_out_at: null },
  line: null,
  post: null,
  colleagues: [],
  may_confirm: false,
  may_assist: false,
}
const here = { coords: { latitude: 31.88, longitude: 117.25, accuracy: 9 }, timestamp: 0 }

let consents: () => Response
let positions: () => Response
let sent: string[]

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status })
const agreed = (withdrawn_at: string | null): Response => json({ consents: [{ kind: 'position', withdrawn_at, counts: withdrawn_at === null }] })
const settled = (): Promise<void> => vi.advanceTimersByTimeAsync(10).then(() => undefined)

beforeEach(() => {
  vi.useFakeTimers()
  sent = []
  positions = () => new Response(null, { status: 204 })
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('navigator', {
    geolocation: { watchPosition: (found: (at: unknown) => void) => void found(here), clearWatch: () => undefined },
  })
  vi.stubGlobal('fetch', async (address: string, options: RequestInit) => {
    if (address === '/api/duty') return json(duty)
    if (address === '/api/me/consents') return consents()
    sent.push(String(options.body))
    return positions()
  })
})
afterEach(() => {
  forgetDuty()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('fetching the duty without network', () => {
  it('tells who asked, and nobody else: the fetch that follows fails in silence', async () => {
    const lost = vi.fn()
    process.on('unhandledRejection', lost)
    const fetched = vi.fn(() => Promise.reject(new TypeError('Failed to fetch')))
    vi.stubGlobal('fetch', fetched)
    const asked = [fetchDuty(), fetchDuty()]
    expect((await Promise.allSettled(asked)).map((one) => one.status)).toEqual(['rejected', 'rejected'])
    vi.useRealTimers()
    await new Promise((resolve) => setTimeout(resolve))
    expect(fetched).toHaveBeenCalledTimes(2)
    expect(lost).not.toHaveBeenCalled()
    process.off('unhandledRejection', lost)
  })
})

describe('sharing of positions', () => {
  it('begins with a consent in force', async () => {
    consents = () => agreed(null)
    await fetchDuty()
    await settled()
    expect(sent).toHaveLength(1)
    expect(sharedPosition.state).toBe('found')
  })

  it.each([
    ['was withdrawn', () => agreed('2026-11-22T23:15:00Z')],
    ['was never given', () => json({ consents: [] })],
    ['was given to something else', () => json({ consents: [{ kind: 'account', withdrawn_at: null }] })],
  ])('does not begin where consent %s', async (_why, answer) => {
    consents = answer
    await fetchDuty()
    await settled()
    expect(sent).toEqual([])
    expect(sharedPosition.state).toBe('not_agreed')
  })

  it.each([
    ['the server has a fault', () => json({ code: 'server_error' }, 500)],
    [
      'there is no network',
      (): Response => {
        throw new TypeError('Failed to fetch')
      },
    ],
  ])('sends nothing while %s, and asks again with the next fetch', async (_why, answer) => {
    consents = answer
    await fetchDuty()
    await settled()
    expect(sent).toEqual([])
    expect(sharedPosition.state).toBe('off')
    consents = () => agreed(null)
    await fetchDuty()
    await settled()
    expect(sent).toHaveLength(1)
  })

  it('says that a place is wrong only of those found since the check-in', async () => {
    consents = () => agreed(null)
    positions = () => json({ kept: 0 })
    duty.check_in.at = new Date(here.timestamp + 5_000).toISOString()
    await fetchDuty()
    await settled()
    expect([sent.length, sharedPosition.unusable]).toEqual([1, false])
    forgetDuty()
    duty.check_in.at = new Date(here.timestamp - 5_000).toISOString()
    await fetchDuty()
    await settled()
    expect([sent.length, sharedPosition.unusable]).toEqual([2, true])
  })

  it('sends as often as the server last said, and as before where it says nothing', async () => {
    consents = () => agreed(null)
    let found: (at: unknown) => void = () => undefined
    const watchPosition = (tell: (at: unknown) => void): void => {
      found = tell
      tell(here)
    }
    vi.stubGlobal('navigator', { geolocation: { watchPosition, clearWatch: () => undefined } })
    const after = async (seconds: number): Promise<number> => {
      found({ ...here, timestamp: here.timestamp + sent.length + 1 })
      await vi.advanceTimersByTimeAsync(seconds * 1000)
      return sent.length
    }
    await fetchDuty()
    await settled()
    expect(await after(29)).toBe(1)
    positions = () => json({ kept: 1, next_after_s: 120 })
    expect(await after(1)).toBe(2)
    // The pause under way was begun before the answer came.
    expect(await after(30)).toBe(3)
    positions = () => json({ kept: 1 })
    expect(await after(119)).toBe(3)
    expect(await after(1)).toBe(4)
    expect(await after(119)).toBe(4)
    positions = () => json({ kept: 1, next_after_s: 30 })
    expect(await after(1)).toBe(5)
    expect(await after(120)).toBe(6)
    expect(await after(30)).toBe(7)
  })

  it('ends when the server says that consent is gone', async () => {
    consents = () => agreed(null)
    positions = () => json({ code: 'no_position_consent' }, 403)
    await fetchDuty()
    await settled()
    expect(sharedPosition.state).toBe('not_agreed')
    await vi.advanceTimersByTimeAsync(120_000)
    expect(sent).toHaveLength(1)
  })
})
