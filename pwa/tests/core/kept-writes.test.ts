/** A check-in that waits in the phone: said large, sent by itself, judged by its press, and never made twice. */
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSSRApp, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { renderToString } from 'vue/server-renderer'
import type { CheckIn } from '@/lib/wire'
import NoDuty from '@/phone/duty/NoDuty.vue'
import { entries, keptCheckIn, sendCheckIn, startOutbox } from '@/state/core/outbox'
import { loadSession } from '@/state/people/session'
import { i18n } from '@/words'
import { mergeWords } from '@/words/core/i18n'
import onDuty from '@/words/duty/on-duty.zh-CN'
import words from '@/words/first.zh-CN'
import { checkIn } from '../tools/make'

const ME = { account: { id: 7, role: 'guard', name: '测试' }, district: { time_zone: 'Asia/Shanghai' }, csrf_token: 'x' }
const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status })

let sent: Record<string, unknown>[]
let answer: () => Response
let there: CheckIn | null

beforeEach(() => {
  vi.useFakeTimers()
  sent = []
  there = null
  answer = () => {
    throw new TypeError('no network')
  }
  vi.stubGlobal('addEventListener', () => undefined)
  vi.stubGlobal('document', { addEventListener: () => undefined, visibilityState: 'visible' })
  vi.stubGlobal('navigator', {})
  vi.stubGlobal('fetch', async (address: string, options: RequestInit) => {
    if (address === '/api/me') return json({ ...ME, server_time: new Date().toISOString() })
    if (address === '/api/duty') return json({ check_in: there, line: null, post: null, colleagues: [] })
    sent.push(JSON.parse(String(options.body)) as Record<string, unknown>)
    return answer()
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function home(): Promise<string> {
  i18n.set('zh-CN', mergeWords(words, onDuty))
  const app = createSSRApp({ render: () => h(NoDuty) })
  app.use(i18n)
  app.use(createRouter({ history: createMemoryHistory(), routes: [{ path: '/:any(.*)*', component: { render: () => null } }] }))
  return (await renderToString(app)).replace(/<[^>]*>/g, ' ')
}

describe('a check-in that waits in the phone', () => {
  it('is the first thing on the first page, takes no second press, and arrives by the time of the first', async () => {
    startOutbox()
    await loadSession()
    const pressedAt = new Date().toISOString()
    const first = await sendCheckIn('TESTPOST01', '示例小学 南门', null)
    expect(keptCheckIn('TESTPOST01')?.id).toBe(first.id)
    expect(await home()).toMatch(/已存在手机里.*示例小学 南门.*已记录，正在发送/s)
    expect(await home()).not.toContain('您现在不在岗')

    await vi.advanceTimersByTimeAsync(10_000)
    const before = sent.length
    expect((await sendCheckIn('TESTPOST01', '示例小学 南门', null)).id).toBe(first.id)
    expect(entries.value).toHaveLength(1)
    expect(sent.length).toBe(before + 1)
    expect(sent.slice(1).every((one) => one.queued === true && one.claimed_at === pressedAt)).toBe(true)
    // One that may have arrived is not sent under two more numbers.
    expect(new Set(sent.map((one) => one.request_id)).size).toBe(2)

    answer = () => json(checkIn(), 201)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(keptCheckIn()).toBeUndefined()
    expect(await home()).toContain('您现在不在岗')
  })

  it('is not lost where the platform refuses it later', async () => {
    await sendCheckIn('TESTPOST03', '示例小学 北门', null)
    answer = () => json({ code: 'shift_over', facts: { next_opens_at: null } }, 409)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(keptCheckIn()).toBeUndefined()
    expect(await home()).toMatch(/示例小学 北门 ・ 这一班已经结束/)
  })

  it('is the duty that is there where the first answer was lost, whatever the page called the post', async () => {
    const pressed = await sendCheckIn('TESTPOST02', 'TESTPOST02', null)
    there = checkIn({ claimed_at: String(pressed.body.claimed_at) })
    answer = () => json({ code: 'already_on_duty', facts: { check_in_id: null, post_name: null } }, 409)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(entries.value.find((one) => one.id === pressed.id)).toMatchObject({ state: 'delivered', answer: { id: 5 } })
  })
})
