import { describe, expect, it } from 'vitest'
import { deliveriesTo, desksOf, reachOf, secondsTo } from '@/console/alarm/responders/deliveries'
import type { AlarmDelivery } from '@/lib/wire'
import { noticeOf, ownPath, pushedOf, receiptPath, windowFor } from '@/sw/push'
import { waitsForReceipt } from '@/state/delivery/receipts'
import { anAlarm, aResponse, iso } from '../tools/console'

function sent(accountId: number | null, changes: Partial<AlarmDelivery> = {}): AlarmDelivery {
  return {
    account_id: accountId,
    hook_id: accountId === null ? 1 : null,
    room: accountId === null ? '指挥群' : null,
    channel: 'socket',
    tier: 1,
    state: 'waiting',
    reason: null,
    at: iso(3),
    calls: 1,
    called_at: '2026-11-22T23:36:05Z',
    ...changes,
  }
}

describe('deliveries', () => {
  it('stand in the order of the ladder, and the best of them counts', () => {
    const alarm = anAlarm(1, {
      deliveries: [
        sent(101, { channel: 'sms', state: 'sent' }),
        sent(101, { channel: 'socket', state: 'failed', reason: 'not_shown' }),
        sent(102),
      ],
    })
    const his = deliveriesTo(alarm, 101)
    expect(his.map((one) => one.channel)).toEqual(['socket', 'sms'])
    expect(reachOf(his)).toBe('sent')
    expect(reachOf(his.slice(0, 1))).toBe('failed')
    expect(reachOf([])).toBe('none')
    expect(reachOf([sent(1), sent(1, { state: 'delivered' })])).toBe('delivered')
    expect(secondsTo(alarm, his[0]!)).toBe(3)
  })

  it('to consoles and rooms are listed apart from responders, the unreached first', () => {
    const alarm = anAlarm(1, {
      responses: [aResponse(1)],
      deliveries: [
        sent(101),
        sent(300, { state: 'delivered' }),
        sent(null, { channel: 'chat', state: 'failed', reason: 'code_93000' }),
        sent(null, { channel: 'webhook', hook_id: 2, room: '接口', state: 'sent' }),
      ],
    })
    expect(desksOf(alarm).map((desk) => desk.room ?? desk.accountId)).toEqual(['指挥群', '接口', 300])
  })

  it('ask for a receipt until the page has given one', () => {
    expect(waitsForReceipt(anAlarm(1, { deliveries: [sent(7)] }), 7)).toBe(1)
    expect(waitsForReceipt(anAlarm(1, { deliveries: [sent(7, { state: 'failed' })] }), 7)).toBe(1)
    expect(waitsForReceipt(anAlarm(1, { deliveries: [sent(7, { state: 'delivered' })] }), 7)).toBe(0)
    expect(waitsForReceipt(anAlarm(1, { deliveries: [sent(8)] }), 7)).toBe(0)
    expect(waitsForReceipt(anAlarm(1, { deliveries: [sent(7, { channel: 'sms' })] }), 7)).toBe(0)
  })
})

describe('a push', () => {
  it('opens a path of this site and nothing else', () => {
    expect(ownPath('/respond/7')).toBe('/respond/7')
    for (const foreign of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)', '', null, 7]) {
      expect(ownPath(foreign)).toBe('/')
    }
    expect(pushedOf(() => ({ title: '一键报警', page: '//evil.example' })).page).toBe('/')
  })

  it('that cannot be read still says that somebody calls', () => {
    const broken = pushedOf(() => {
      throw new SyntaxError('no JSON')
    })
    expect(broken.title).not.toBe('')
    expect(pushedOf(() => null).page).toBe('/')
    expect(receiptPath(broken)).toBeNull()
  })

  it('of an alarm is one notice that stays; its receipt goes to that alarm', () => {
    const pushed = pushedOf(() => ({ title: '一键报警：火情', line: '南门', page: '/respond/7', alarm_id: 7, reference: 'a' }))
    expect(noticeOf(pushed)).toMatchObject({ tag: 'alarm-7', requireInteraction: true, body: '南门' })
    expect(receiptPath(pushed)).toBe('/api/alarms/7/receipts')
    const test = pushedOf(() => ({ title: '【测试】', test_id: 'x', reference: 'b' }))
    expect(noticeOf(test)).toMatchObject({ requireInteraction: false })
    expect(receiptPath(test)).toBe('/api/channels/tests/x/receipts')
  })

  it('of anything else takes the place of no other one, a double of itself alone', () => {
    const tags = ['remind:before:5:0', 'duty_change:5:0'].map((reference) => noticeOf(pushedOf(() => ({ title: '值守提醒', reference }))).tag)
    const test = noticeOf(pushedOf(() => ({ title: '【测试】', test_id: 'x', reference: 'b' }))).tag
    expect(new Set([...tags, test, noticeOf(pushedOf(() => null)).tag]).size).toBe(4)
    expect(noticeOf(pushedOf(() => ({ title: '值守提醒', reference: 'remind:before:5:0' }))).tag).toBe(tags[0])
  })
})

describe('the window that a tapped notice opens in', () => {
  const windows = (...paths: string[]) => paths.map((path) => ({ url: `https://huxue.example${path}` }))

  it('is the one that shows the alarm already', () => {
    expect(windowFor(windows('/', '/respond/7'), '/respond/7')).toBe(1)
  })

  it('is never a console, a form or an alarm that is being raised', () => {
    const taken = windows('/console/alarms/3', '/console', '/register?post=x', '/alarm', '/j/token')
    expect(windowFor(taken, '/respond/7')).toBe(-1)
    expect(windowFor([...taken, ...windows('/record')], '/respond/7')).toBe(5)
  })
})
