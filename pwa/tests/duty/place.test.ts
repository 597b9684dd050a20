/** What a phone knows of its place while a post is on the screen, and what an alarm says of it. */
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { raiseHere, seekPlace, showPost } from '@/state/duty/place'

const MINUTE_MS = 60_000
const here = { coords: { latitude: 31.88, longitude: 117.25, accuracy: 9 }, timestamp: 0 }

let asked: ((at: unknown) => void)[]
let answers: boolean
let raised: Record<string, unknown>[]
let entry: Record<string, unknown> | null

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  asked = []
  answers = true
  raised = []
  entry = null
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('document', { visibilityState: 'visible' })
  vi.stubGlobal('history', {
    get state() {
      return entry
    },
    replaceState: (next: Record<string, unknown>) => (entry = next),
  })
  vi.stubGlobal('navigator', {
    geolocation: {
      getCurrentPosition(found: (at: unknown) => void) {
        asked.push(found)
        if (answers) found(here)
      },
    },
  })
  vi.stubGlobal('fetch', async (_address: string, options: RequestInit) => {
    raised.push(JSON.parse(String(options.body)) as Record<string, unknown>)
    return new Response(JSON.stringify({ id: 1 }), { status: 201 })
  })
})
afterEach(() => {
  showPost(null)
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const since = async (from: number, ms: number): Promise<number> => {
  await vi.advanceTimersByTimeAsync(ms)
  return asked.length - from
}

describe('the place of an alarm', () => {
  it('says when its post was scanned: neither loading the page again nor coming back to it is a scan', async () => {
    const scanned = new Date().toISOString()
    showPost('TESTPOST01')
    await vi.advanceTimersByTimeAsync(60 * MINUTE_MS)
    showPost(null)
    showPost('TESTPOST01')
    await raiseHere()
    expect(raised).toMatchObject([{ post_code: 'TESTPOST01', post_scanned_at: scanned }])
    entry = null
    showPost('TESTPOST01')
    await raiseHere()
    expect(raised[1]).toMatchObject({ post_scanned_at: new Date().toISOString() })
  })
})

describe('the position on the page of a post', () => {
  it('is renewed every 45 s by one timer, however often it is asked for', async () => {
    showPost('TESTPOST01')
    await seekPlace()
    answers = false
    await vi.advanceTimersByTimeAsync(45_000)
    const [, renewing] = asked
    answers = true
    await seekPlace()
    renewing?.(here)
    expect(await since(asked.length, 4 * 45_000)).toBe(4)
  })

  it('is not asked for any more once the post has left the screen', async () => {
    showPost('TESTPOST01')
    await seekPlace()
    showPost(null)
    expect(await since(asked.length, 10 * MINUTE_MS)).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
    showPost('TESTPOST02')
    expect(await since(asked.length, 45_000)).toBe(1)
  })
})
