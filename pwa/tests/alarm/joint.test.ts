import { describe, expect, it } from 'vitest'
import { plansInOrder, takesMessages } from '@/console/alarm/units/use-units'
import { timelineRows } from '@/console/alarm/timeline/timeline'
import { Refusal, Unreachable } from '@/lib/http'
import type { JointLink, JointPlan, TimelineEntry } from '@/lib/wire'
import { actState, closedBy } from '@/phone/alarm/joint/joint-link'
import { alarm } from '../tools/make'

const AT = '2026-11-22T23:36:05Z'

function link(change: Partial<JointLink> = {}): JointLink {
  return {
    unit_name: '测试消防站',
    lead_name: '测试消防站',
    part: 'lead',
    state: 'notified',
    kind: 'fire',
    drill: false,
    place_name: '第一小学 南门',
    latitude: 31.88,
    longitude: 117.25,
    accuracy_m: null,
    place_from: 'post',
    gate_latitude: 31.88,
    gate_longitude: 117.25,
    telephone: null,
    raised_at: AT,
    notified_at: AT,
    acknowledged_at: null,
    on_the_way_at: null,
    arrived_at: null,
    expires_at: '2026-11-23T11:36:05Z',
    ...change,
  }
}

function plan(id: number, kind: JointPlan['kind'], school: number | null): JointPlan {
  return { id, kind, school_id: school, lead_unit_id: 1, support_unit_ids: [] }
}

describe('the page behind a link', () => {
  it('keeps done acts apart from those that were overtaken', () => {
    const skipped = link({ state: 'on_the_way', on_the_way_at: AT })
    expect(actState(skipped, 'acknowledged')).toBe('skipped')
    expect(actState(skipped, 'on_the_way')).toBe('done')
    expect(actState(skipped, 'arrived')).toBe('open')
    expect(actState(link(), 'arrived')).toBe('open')
  })

  it('closes for what cannot change and stays open for what can', () => {
    for (const code of ['link_expired', 'alarm_over', 'not_found', 'too_many']) expect(closedBy(new Refusal(409, code))).toBe(code)
    expect(closedBy(new Refusal(409, 'link_used'))).toBeNull()
    expect(closedBy(new Refusal(503, 'cannot_write_now'))).toBeNull()
    expect(closedBy(new Unreachable('offline'))).toBeNull()
  })
})

describe('units at the console', () => {
  it('list plans in the order in which they win', () => {
    const plans = [plan(1, null, null), plan(2, 'fire', null), plan(3, null, 7), plan(4, 'fire', 7)]
    expect(plansInOrder(plans).map((one) => one.id)).toEqual([4, 3, 2, 1])
  })

  it('say which telephones a text message reaches', () => {
    expect(['19900090001', '119', '055100002001', '199000900012'].map(takesMessages)).toEqual([true, false, false, false])
  })

  it('tell in the timeline who was told by whom, and speak for themselves', () => {
    const facts = { unit_id: 3, name: '测试消防站', part: 'lead' }
    const line = (id: number, act: TimelineEntry['act'], actor: number | null): TimelineEntry => ({ id, at: AT, actor_id: actor, act, facts })
    const rows = timelineRows(alarm(1, 1, { timeline: [line(1, 'unit_notified', 9), line(2, 'unit_arrived', null)] }))
    expect(rows.map((row) => [row.words, row.actor, row.values])).toEqual([
      ['unit_arrived', null, { unit: '测试消防站' }],
      ['unit_notified', 9, { unit: '测试消防站', part: 'lead' }],
    ])
  })
})
