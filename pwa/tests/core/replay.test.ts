/** The log that the server recorded of a real peak, replayed by the very code the screens use. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { applyCoverage, coverageFrom } from '@/apply/duty/coverage'
import type { FeedEvent, PostCoverage } from '@/lib/wire'

interface Record {
  before: { last: number; posts: PostCoverage[] }
  events: FeedEvent[]
  after: { posts: PostCoverage[] }
}

const record = JSON.parse(readFileSync(join(__dirname, 'recorded-log.json'), 'utf8')) as Record
const fresh = coverageFrom(record.after.posts)

describe('a recorded peak', () => {
  it('holds changes of several posts', () => {
    const lines = record.events.filter((event) => event.name === 'coverage.changed')
    expect(lines.length).toBeGreaterThan(20)
    expect(fresh).not.toEqual(coverageFrom(record.before.posts))
  })

  it('ends as a fresh fetch, wherever the old state was and however the events were cut in batches', () => {
    for (let cut = 0; cut <= record.events.length; cut += 1) {
      const old = applyCoverage(coverageFrom(record.before.posts), record.events.slice(0, cut))
      expect(applyCoverage(old, record.events.slice(cut))).toEqual(fresh)
    }
  })

  it('ends so too when everything comes a second time and the newest first', () => {
    const twice = applyCoverage(fresh, [...record.events].reverse())
    expect(twice).toBe(fresh)
    expect(applyCoverage(coverageFrom(record.before.posts), [...record.events].reverse())).toEqual(fresh)
  })
})
