import { describe, expect, it } from 'vitest'
import { timelineRows } from '@/console/alarm/timeline/timeline'
import type { TimelineEntry } from '@/lib/wire'
import { anAlarm, aResponse, iso } from '../tools/console'

function entry(id: number, seconds: number, act: TimelineEntry['act'], facts: Record<string, unknown>, actor: number | null): TimelineEntry {
  return { id, at: iso(seconds), actor_id: actor, act, facts }
}

const alarm = anAlarm(1, {
  finding: '已劝离',
  responses: [
    aResponse(1, { tier: 1 }),
    aResponse(2, { tier: 2 }),
    aResponse(3, { tier: 2, state: 'timed_out' }),
    aResponse(4, { tier: 2, replaces: 3 }),
  ],
  timeline: [
    entry(1, 0, 'raised', { source: 'phone', session_state: 'expired' }, 100),
    entry(2, 0, 'notified', { response_id: 1, account_id: 101 }, null),
    entry(3, 0, 'notified', { response_id: 2, account_id: 102 }, null),
    entry(4, 0, 'notified', { response_id: 3, account_id: 103 }, null),
    entry(5, 9, 'responding', { response_id: 1, account_id: 101 }, 101),
    entry(6, 15, 'timed_out', { response_id: 3, account_id: 103 }, null),
    entry(7, 15, 'notified', { response_id: 4, account_id: 104 }, null),
    entry(8, 20, 'added', { response_id: 5, account_id: 105, floor_crossed: true }, 9),
    entry(9, 30, 'note', { text: '未持械' }, 101),
    entry(10, 90, 'resolved', { outcome: 'real' }, 9),
  ],
})

describe('the timeline', () => {
  const rows = timelineRows(alarm)

  it('stands newest on top and tells those of one moment in one line', () => {
    expect(rows.map((row) => row.words)).toEqual([
      'resolved', 'note', 'addedBelowFloor', 'instead', 'timed_out', 'responding', 'told', 'raisedSignedOut',
    ])
    expect(rows.find((row) => row.words === 'told')?.values).toEqual({ first: 1, second: 2, third: 0 })
  })

  it('names who was replaced, and who did not answer', () => {
    expect(rows.find((row) => row.words === 'instead')?.people).toEqual({ subject: 104, before: 103 })
    expect(rows.find((row) => row.words === 'timed_out')?.people).toEqual({ subject: 103 })
  })

  it('does not name somebody twice in a line of his own', () => {
    expect(rows.find((row) => row.words === 'responding')?.people).toEqual({})
  })

  it('says from how far away somebody called himself on scene', () => {
    const said = (facts: Record<string, unknown>) => timelineRows(anAlarm(3, { timeline: [entry(1, 60, 'on_scene', facts, 101)] }))[0]
    expect(said({ response_id: 1, off_scene_m: 340 })).toMatchObject({ words: 'onSceneFar', values: { far: 340 } })
    expect(said({ response_id: 1 })).toMatchObject({ words: 'on_scene', values: {} })
  })

  it('keeps what was written', () => {
    expect(rows.find((row) => row.words === 'note')?.text).toBe('未持械')
    expect(rows[0]?.text).toBe('已劝离')
  })

  it('starts a new line for those told later', () => {
    const later = anAlarm(2, {
      responses: [aResponse(1), aResponse(2)],
      timeline: [
        entry(1, 0, 'notified', { response_id: 1 }, null),
        entry(2, 5, 'kind_told', { kind: 'fire' }, 100),
        entry(3, 5, 'notified', { response_id: 2 }, null),
      ],
    })
    expect(timelineRows(later).map((row) => row.words)).toEqual(['told', 'kind_told', 'told'])
  })

  it('tells a round of silence in one line, with how many are asked instead', () => {
    const silent = (id: number, at: number): TimelineEntry => entry(id, at, 'timed_out', { response_id: id }, null)
    const rounds = anAlarm(3, {
      responses: [aResponse(1), aResponse(2), aResponse(3), aResponse(4, { replaces: 1 }), aResponse(5, { replaces: 2 })],
      timeline: [
        silent(1, 15), silent(2, 15), silent(3, 15),
        entry(4, 15, 'notified', { response_id: 4 }, null),
        entry(5, 15, 'notified', { response_id: 5 }, null),
        entry(6, 30, 'timed_out', { response_id: 4, account_id: 104 }, null),
        entry(7, 45, 'timed_out', { response_id: 5 }, null),
        entry(8, 45, 'timed_out', { response_id: 6 }, null),
      ],
    })
    const rows = timelineRows(rounds)
    expect(rows.map((row) => [row.words, row.values])).toEqual([
      ['silentAll', { n: 2, m: 0 }],
      ['timed_out', {}],
      ['silentRound', { n: 3, m: 2 }],
    ])
    expect(timelineRows(rounds, true)).toHaveLength(8)
  })

  it('says in the name of the platform that a unit was called again and that its part changed', () => {
    const facts = { name: '医院', part: 'support', unit_id: 7 }
    const changed = anAlarm(4, { timeline: [entry(1, 5, 'unit_called_again', facts, 9), entry(2, 9, 'unit_part', facts, null)] })
    expect(timelineRows(changed).map((row) => [row.words, row.actor, row.values.unit])).toEqual([
      ['unit_part', null, '医院'],
      ['unit_called_again', 9, '医院'],
    ])
  })
})
