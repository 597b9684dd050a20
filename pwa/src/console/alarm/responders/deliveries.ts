/** Pure: what an alarm sent to each receiver, and how far it has come. */
import type { Alarm, AlarmDelivery, Id, JointTask } from '@/lib/wire'

/** How far calls to one receiver have come: one that arrived is enough, and none may be worse than a failed one. */
export type Reach = 'delivered' | 'sent' | 'waiting' | 'failed' | 'none'

/** As much of a delivery as a line about it needs. */
export type Delivery = Pick<AlarmDelivery, 'channel' | 'hook_id' | 'state' | 'reason' | 'at'>

const LADDER: readonly AlarmDelivery['channel'][] = ['socket', 'push', 'sms', 'chat', 'webhook']

/** What an alarm sent one person, in the order of the ladder. */
export function deliveriesTo(alarm: Alarm, accountId: Id | null): AlarmDelivery[] {
  return inOrder(alarm.deliveries.filter((one) => one.account_id === accountId))
}

/** How a unit's newest message went by a real way out; a drill's and a demo's have none. */
export function deliveryOf(task: JointTask): Delivery | null {
  const letter = task.delivery
  const channel = LADDER.find((one) => one === letter?.channel)
  return letter && channel ? { ...letter, channel, hook_id: null } : null
}

/** Judge the best of some deliveries. */
export function reachOf(deliveries: readonly AlarmDelivery[]): Reach {
  const has = (...states: AlarmDelivery['state'][]): boolean => deliveries.some((one) => states.includes(one.state))
  if (has('delivered')) return 'delivered'
  if (has('sent')) return 'sent'
  if (has('waiting', 'sending')) return 'waiting'
  return deliveries.length ? 'failed' : 'none'
}

/** A desk or a room that was told besides the responders. */
export interface Desk {
  key: string
  accountId: Id | null
  room: string | null
  deliveries: AlarmDelivery[]
}

/** The consoles and rooms that an alarm told, those that it did not reach first. */
export function desksOf(alarm: Alarm): Desk[] {
  const responders = new Set(alarm.responses.map((one) => one.account_id))
  const desks = new Map<string, Desk>()
  for (const one of alarm.deliveries) {
    if (one.account_id !== null && responders.has(one.account_id)) continue
    const key = one.account_id === null ? `room ${one.hook_id}` : `desk ${one.account_id}`
    const desk = desks.get(key) ?? { key, accountId: one.account_id, room: one.room, deliveries: [] }
    desks.set(key, { ...desk, deliveries: inOrder([...desk.deliveries, one]) })
  }
  const worst: readonly Reach[] = ['failed', 'waiting', 'sent', 'delivered', 'none']
  return [...desks.values()].sort(
    (a, b) => worst.indexOf(reachOf(a.deliveries)) - worst.indexOf(reachOf(b.deliveries)) || a.key.localeCompare(b.key),
  )
}

/** Seconds from the press of the button to what a delivery says. */
export function secondsTo(alarm: Alarm, delivery: Pick<Delivery, 'at'>): number {
  return (Date.parse(delivery.at) - Date.parse(alarm.raised_at)) / 1000
}

function inOrder(deliveries: readonly AlarmDelivery[]): AlarmDelivery[] {
  return [...deliveries].sort((a, b) => LADDER.indexOf(a.channel) - LADDER.indexOf(b.channel))
}
