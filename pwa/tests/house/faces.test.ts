/** One post, one count: each page is rendered from the same line, and all of them say the same. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Component, createSSRApp, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { renderToString } from 'vue/server-renderer'
import GapList from '@/console/duty/GapList.vue'
import PeakStrip from '@/console/duty/PeakStrip.vue'
import PostCallout from '@/console/duty/PostCallout.vue'
import PostPanel from '@/console/duty/PostPanel.vue'
import type { Duty, PostCoverage } from '@/lib/wire'
import ResultView from '@/phone/duty/check-in/ResultView.vue'
import SeatsCard from '@/phone/duty/check-in/SeatsCard.vue'
import ColleaguesCard from '@/phone/duty/ColleaguesCard.vue'
import CallView from '@/phone/alarm/respond/CallView.vue'
import { posts, startConsole } from '@/state/core/console'
import { fetchDuty, forgetDuty } from '@/state/duty/duty'
import { stopFeed } from '@/state/core/feed'
import { i18n } from '@/words'
import respond from '@/words/alarm/respond.zh-CN'
import atConsole from '@/words/console.zh-CN'
import onDuty from '@/words/duty/on-duty.zh-CN'
import first from '@/words/first.zh-CN'
import { mergeWords, type Words } from '@/words/core/i18n'
import { aPost } from '../tools/console'
import { alarm, checkIn, line, response } from '../tools/make'

/** Eight verified heads on seven seats: two staff too many, and no police but one who waits. */
const crowded: PostCoverage = line(1, 3, {
  state: 'understaffed',
  present: { staff: 4, security: 2, volunteer: 2, police: 0 },
  waiting: { staff: 0, security: 0, volunteer: 0, police: 1 },
  missing: { staff: 0, security: 0, volunteer: 0, police: 1 },
})
const duty: Duty = {
  check_in: checkIn({ account_id: 7, category: 'teacher', group: 'staff' }),
  line: crowded,
  post: null,
  colleagues: [],
  may_confirm: false,
  may_assist: false,
}
const post = { ...aPost(1), id: 1 }
const answers: Record<string, unknown> = {
  '/api/duty': duty,
  '/api/me/consents': { consents: [] },
  '/api/district': { name: '青禾区', outline: null, stations: [], posts: [post] },
  '/api/coverage': { epoch: 'a', last: 1, posts: [crowded] },
  '/api/alarms': { items: [], next: null, epoch: 'a', last: 1 },
}
const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:any(.*)*', component: { render: () => null } }] })

/** What a page says, without its tags and spaces. */
async function said(page: Component, props: Record<string, unknown> = {}): Promise<string> {
  const app = createSSRApp({ render: () => h(page, props) })
  app.use(i18n)
  app.use(router)
  return (await renderToString(app)).replace(/<[^>]*>/g, '').replace(/\s/g, '')
}

beforeAll(async () => {
  i18n.set('zh-CN', [first, atConsole, onDuty, respond].reduce<Words>((all, one) => mergeWords(all, one), {}))
  const nothing = (): void => undefined
  vi.stubGlobal('document', { addEventListener: nothing, removeEventListener: nothing, visibilityState: 'visible' })
  vi.stubGlobal('fetch', async (address: string) => new Response(JSON.stringify(answers[address.split('?')[0]!] ?? {})))
  startConsole()
  await fetchDuty()
  await vi.waitFor(() => expect(posts.value).toHaveLength(1))
  stopFeed()
})
afterAll(() => {
  forgetDuty()
  vi.unstubAllGlobals()
})

const entry = { id: 'a', kind: 'check_in', createdAt: 0, attempts: 1, state: 'delivered', refusal: null, note: {}, body: {} }
const map = { on: () => undefined, off: () => undefined }
const faces: [string, Component, () => Record<string, unknown>][] = [
  ['the post page of a phone', SeatsCard, () => ({ line: crowded, names: new Map(), me: 7 })],
  ['the result of a check-in', ResultView, () => ({ result: { kind: 'on_time', checkIn: duty.check_in, entry }, placeName: '', post: null, zone: 'UTC' })],
  ['the duty page of a phone', ColleaguesCard, () => ({ duty, me: 7 })],
  ['the list of the console', GapList, () => ({})],
  ['the strip of the console', PeakStrip, () => ({})],
  ['the card on the map', PostCallout, () => ({ map, view: posts.value[0], at: null, markers: [], alarms: [], controls: () => [], laidOut: 0, barHeight: 60 })],
  ['the panel of a post', PostPanel, () => ({ post: 1 })],
]

describe('one post', () => {
  it.each(faces)('has six of seven seats filled on %s', async (_name, page, props) => {
    const text = await said(page, props())
    expect(text).toMatch(/6\/7|应到7人，已到6人/)
    expect(text).not.toMatch(/[78]\/7|已到[78]人|已满员/)
  })

  it.each([faces[0]!, faces[2]!, faces[5]!])('names whoever is beyond the seats apart on %s', async (_name, page, props) => {
    const text = await said(page, props())
    expect(text).toContain('多到2人')
    expect(text).toContain('1人等确认')
  })

  it('keeps its count when one of too many leaves for an alarm', async () => {
    const asked = response(1, 7, { why: 'nearest' })
    const text = await said(CallView, { alarm: alarm(1, 1, { post_id: 2 }), mine: asked, others: [], placeName: '', sending: null, standing: 'asked', elsewhere: false })
    expect(text).toContain('6/7')
  })
})
