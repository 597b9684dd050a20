import { describe, expect, it } from 'vitest'
import { forgetTraces } from '@/state/people/leave-phone'
import type { Entry, EntryState } from '@/lib/outbox'

function entry(id: string, state: EntryState, kind: Entry['kind'] = 'check_in'): Entry {
  return {
    id,
    kind,
    path: '/api/check-ins',
    body: {},
    accountId: 1,
    note: {},
    createdAt: 0,
    attempts: 1,
    nextAt: 0,
    state,
    deliveredAt: null,
    answer: null,
    refusal: null,
  }
}

class StoredRow {
  private readonly values: Map<string, string>

  constructor(names: string[]) {
    this.values = new Map(names.map((name) => [name, '{}']))
  }

  get length(): number {
    return this.values.size
  }

  names(): string[] {
    return [...this.values.keys()]
  }

  key(at: number): string | null {
    return this.names()[at] ?? null
  }

  removeItem(name: string): void {
    this.values.delete(name)
  }
}

describe('signing out', () => {
  it('forgets the posts that were scanned and what was sent, and keeps what still waits', async () => {
    const kept = new StoredRow(['huxue.post.AAAA', 'huxue.last-post', 'huxue.post.BBBB', 'huxue.language', 'huxue.device'])
    const forgotten: string[] = []
    const sent = [
      entry('delivered', 'delivered'),
      entry('waiting', 'waiting'),
      entry('refused', 'refused'),
      entry('sending', 'sending'),
      entry('alarm', 'delivered', 'alarm'),
      entry('alarm waiting', 'waiting', 'alarm'),
    ]
    await forgetTraces(kept as unknown as Storage, sent, (id) => {
      forgotten.push(id)
      return Promise.resolve()
    })
    expect(forgotten).toEqual(['delivered', 'refused', 'alarm'])
    expect(kept.names()).toEqual(['huxue.language', 'huxue.device'])
  })
})
