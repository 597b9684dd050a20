/** An answer with a tag is not sent again while it is so; it is forgotten with the session. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { get, setCsrfToken } from '@/lib/http'

let asked: (string | undefined)[]
let answer: () => Response

const told = (body: unknown, tag: string): Response => new Response(JSON.stringify(body), { headers: { ETag: tag } })
const same = (headers: Record<string, string> = {}): Response => new Response(null, { status: 304, headers })
const ask = (path = '/api/duty'): Promise<Record<string, unknown>> => get(path, { keep: true })

beforeEach(() => {
  asked = []
  setCsrfToken(null)
  vi.stubGlobal('fetch', async (_address: string, options: RequestInit) => {
    asked.push((options.headers as Record<string, string>)['If-None-Match'])
    return answer()
  })
})
afterEach(() => vi.unstubAllGlobals())

describe('an answer that is kept', () => {
  it('is asked for by its tag, and given as it was told, whatever became of it here', async () => {
    answer = () => told({ status: 'pending' }, 'W/"1"')
    const first = await ask()
    first.status = 'approved'
    answer = () => same()
    expect(await ask()).toEqual({ status: 'pending' })
    answer = () => told({ status: 'approved' }, 'W/"2"')
    expect(await ask()).toEqual({ status: 'approved' })
    answer = () => same()
    expect(await ask()).toEqual({ status: 'approved' })
    expect(asked).toEqual([undefined, 'W/"1"', 'W/"1"', 'W/"2"'])
  })

  it('has the time of now', async () => {
    answer = () => told({ demo: true, server_time: '2026-11-22T23:15:00Z' }, 'W/"1"')
    await ask('/api/me')
    answer = () => same({ 'X-Server-Time': '2026-11-22T23:20:00Z' })
    expect(await ask('/api/me')).toEqual({ demo: true, server_time: '2026-11-22T23:20:00Z' })
  })

  it('is forgotten with the session, and is of its own address', async () => {
    answer = () => told({}, 'W/"1"')
    await ask()
    await ask('/api/me')
    setCsrfToken('token')
    await ask()
    setCsrfToken(null)
    await ask()
    await get('/api/duty')
    expect(asked).toEqual([undefined, undefined, 'W/"1"', undefined, undefined])
  })

  it('is none of an answer without a tag, nor of a refusal', async () => {
    answer = () => new Response('{}')
    await ask()
    answer = () => new Response('{"code":"busy"}', { status: 503, headers: { ETag: 'W/"1"' } })
    await expect(ask()).rejects.toMatchObject({ code: 'busy' })
    answer = () => new Response('{}')
    await ask()
    expect(asked).toEqual([undefined, undefined, undefined])
  })
})
