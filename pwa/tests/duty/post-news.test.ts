/** What changed of a post makes the duty that a fresh fetch gives: the recorded news of a real server, replayed. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { applyPostNews } from '@/apply/duty/post-news'
import type { Duty, FeedEvent, PostNews } from '@/lib/wire'

interface Record {
  before: Duty
  events: FeedEvent[]
  after: Duty
}

const record = JSON.parse(readFileSync(join(__dirname, 'recorded-duty.json'), 'utf8')) as Record
const news = record.events.flatMap((event) => (event.name === 'post.changed' ? [event.data] : []))

/** What news alone can tell: all but what the clock changes. */
const shown = (duty: Duty): unknown => ({ ...duty, post: { id: duty.post?.id, line: duty.post?.line } })

describe('the recorded news of a post', () => {
  it('makes the duty of a fresh fetch, and asks for it only where the phase changes', () => {
    let duty = record.before
    const asked: PostNews[] = []
    for (const one of news) {
      const next = applyPostNews(duty, one)
      duty = next.duty
      if (next.ask) asked.push(one)
    }
    expect(shown(duty)).toEqual(shown(record.after))
    expect(shown(duty)).not.toEqual(shown(record.before))
    expect(asked.every((one) => 'phase' in one.line)).toBe(true)
  })

  it('changes nothing when it comes a second time, and says so', () => {
    const newest = news.reduce((duty, one) => applyPostNews(duty, one).duty, record.before)
    for (const one of news) expect(applyPostNews(newest, one)).toEqual({ duty: newest, ask: false })
  })

  it('is not applied where some before it is missing, or to a line without names', () => {
    for (const one of news.slice(1)) {
      expect(applyPostNews(record.before, one)).toEqual({ duty: record.before, ask: true })
    }
    const hidden = { check_in_id: null, account_id: null, category: null, verdict: null, flags: [] }
    const line = { ...record.before.line!, seats: record.before.line!.seats.map((seat) => ({ ...seat, ...hidden })) }
    expect(applyPostNews({ ...record.before, line }, news[0]!).ask).toBe(true)
  })

  it('asks for a name that is not told, and always where somebody is told why others wait', () => {
    const arrival = news.find((one) => one.seats.length > 0)!
    const unnamed = { ...arrival, seats: arrival.seats.map((seat) => ({ ...seat, name: null })) }
    const caught = applyPostNews(record.before, unnamed)
    expect([caught.ask, caught.duty.colleagues]).toEqual([true, record.before.colleagues])
    expect(caught.duty.line!.version).toBe(arrival.version)
    expect(applyPostNews({ ...record.before, may_confirm: true }, arrival).ask).toBe(true)
  })
})

describe('news without names', () => {
  it('gives as many seats of each group as are present, then those who wait', () => {
    const none = { staff: 0, security: 0, volunteer: 0, police: 0 }
    const seat = { check_in_id: null, account_id: null, category: null, group: 'security' as const, verified: true, verdict: null, flags: [] }
    const line = { ...record.before.line!, seats: [seat] }
    const told: PostNews = {
      post_id: line.post_id,
      version: line.version + 3,
      after: line.version,
      named: false,
      line: { present: { ...none, staff: 1, volunteer: 1 }, waiting: { ...none, staff: 1 } },
      seats: [],
      gone: [],
      missed: [],
      came: [],
    }
    const { duty, ask } = applyPostNews({ ...record.before, line }, told)
    expect(ask).toBe(false)
    expect(duty.line!.seats.map((one) => [one.group, one.verified])).toEqual([
      ['staff', true],
      ['staff', false],
      ['volunteer', true],
    ])
    expect(duty.colleagues).toEqual(record.before.colleagues)
  })
})
