/** Pure: the messages of an alarm folded into counts; who was told stands by name, each message does not. */
import type { AlarmReport, Id } from '@/lib/wire'

type Message = AlarmReport['told'][number]

/** The messages of one channel. */
export interface ChannelMessages {
  channel: Message['channel']
  n: number
  delivered: number
  failed: number
}

/** The messages of one tier, or of consoles and rooms (`tier` is null): to whom, by what, whom none of them reached. */
export interface TierMessages {
  tier: Message['tier']
  people: Id[]
  unreached: Id[]
  channels: ChannelMessages[]
  from: string
  to: string
}

/** Fold messages by tier and channel, each in the order of its first. */
export function countMessages(told: readonly Message[]): TierMessages[] {
  const tiers = new Map<Message['tier'], Message[]>()
  for (const one of told) tiers.set(one.tier, [...(tiers.get(one.tier) ?? []), one])
  return [...tiers]
    .sort(([a], [b]) => (a ?? Infinity) - (b ?? Infinity))
    .map(([tier, messages]) => ({ tier, ...peopleOf(messages), channels: channelsOf(messages), ...spanOf(messages) }))
}

function peopleOf(messages: readonly Message[]): { people: Id[]; unreached: Id[] } {
  const people = [...new Set(messages.flatMap((one) => one.account_id ?? []))]
  const failed = (id: Id): boolean => messages.every((one) => one.account_id !== id || one.state === 'failed')
  return { people, unreached: people.filter(failed) }
}

function channelsOf(messages: readonly Message[]): ChannelMessages[] {
  const found = new Map<Message['channel'], ChannelMessages>()
  for (const { channel, state } of messages) {
    const one = found.get(channel) ?? { channel, n: 0, delivered: 0, failed: 0 }
    found.set(channel, {
      ...one,
      n: one.n + 1,
      delivered: one.delivered + Number(state === 'delivered'),
      failed: one.failed + Number(state === 'failed'),
    })
  }
  return [...found.values()]
}

function spanOf(messages: readonly Message[]): { from: string; to: string } {
  const times = messages.map((one) => one.sent_at ?? one.created_at).sort()
  return { from: times[0] ?? '', to: times[times.length - 1] ?? '' }
}
