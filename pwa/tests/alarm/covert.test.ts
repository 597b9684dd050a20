/** What a phone shows of covert presses: the newest one's arrival, and nothing that another guard's changes. */
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Alarm } from '@/lib/wire'
import { raisedByMe, takeAlarm } from '@/state/alarm/alarms'
import { covertSent, entries, startOutbox } from '@/state/core/outbox'
import { raiseHere } from '@/state/duty/place'
import { loadSession } from '@/state/people/session'
import { alarm } from '../tools/make'

const ME = 7
const MINUTE_MS = 60_000
const here = { coords: { latitude: 31.88, longitude: 117.25, accuracy: 9 }, timestamp: Date.now() }

let permission: (() => Promise<{ state: string }>) | null
let asked: number
let sent: Record<string, unknown>[]
let online: boolean

beforeEach(() => {
  vi.useFakeTimers()
  asked = 0
  sent = []
  online = true
  permission = async () => ({ state: 'prompt' })
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('addEventListener', () => undefined)
  vi.stubGlobal('document', { addEventListener: () => undefined, visibilityState: 'visible' })
  vi.stubGlobal('navigator', {
    get permissions() {
      return permission ? { query: permission } : undefined
    },
    geolocation: {
      getCurrentPosition: (found: (at: unknown) => void) => {
        asked += 1
        found(here)
      },
    },
  })
  vi.stubGlobal('fetch', async (address: string, options: RequestInit) => {
    if (address === '/api/me') return new Response(JSON.stringify({ account: { id: ME }, csrf_token: 'x', server_time: new Date().toISOString() }))
    if (!online) throw new TypeError('no network')
    sent.push(JSON.parse(String(options.body)) as Record<string, unknown>)
    return new Response(JSON.stringify(alarm(1, 1, { covert: true })), { status: 201 })
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const covertly = async (): Promise<void> => {
  const pressed = raiseHere(true)
  await vi.advanceTimersByTimeAsync(2_000)
  await pressed
}

describe('the dot of a covert press', () => {
  it('is that of the newest one alone, and is gone after some minutes with all that is over', async () => {
    startOutbox()
    await covertly()
    expect(covertSent.value).toBe(true)
    online = false
    await covertly()
    expect(covertSent.value).toBe(false)
    online = true
    await vi.advanceTimersByTimeAsync(MINUTE_MS)
    expect(covertSent.value).toBe(true)
    expect(entries.value).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(6 * MINUTE_MS)
    expect([covertSent.value, entries.value.length]).toEqual([false, 0])
  })
})

describe('the place of a covert press', () => {
  it.each([
    ['granted', async () => ({ state: 'granted' }), 1],
    ['not asked for yet', async () => ({ state: 'prompt' }), 0],
    ['not to be read', null, 0],
    ['never told', () => new Promise<{ state: string }>(() => {}), 0],
  ])('is taken only where that opens no dialog: %s', async (_name, answer, times) => {
    permission = answer
    await covertly()
    expect([asked, sent.length]).toEqual([times, 1])
    expect(sent[0]?.fix !== null).toBe(times === 1)
  })

  it('is asked for by one that may be seen', async () => {
    const pressed = raiseHere()
    await vi.advanceTimersByTimeAsync(10)
    await pressed
    expect(asked).toBe(1)
  })
})

describe('my own alarm', () => {
  const reported = (mine: boolean): Partial<Alarm> => ({
    raised_by: ME,
    covert: true,
    reporters: [
      { account_id: ME, at: '2026-11-22T23:36:05Z', kind: null, covert: mine },
      { account_id: 8, at: '2026-11-22T23:36:25Z', kind: null, covert: !mine },
    ],
  })

  it('is hidden where I pressed covertly, and not because another did', async () => {
    await loadSession()
    takeAlarm(alarm(4, 1, reported(false)))
    expect(raisedByMe.value?.id).toBe(4)
    takeAlarm(alarm(4, 2, reported(true)))
    expect(raisedByMe.value).toBeNull()
  })
})
