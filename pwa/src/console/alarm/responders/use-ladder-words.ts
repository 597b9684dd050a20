/** The words for what a tier waits for. */
import { useI18n } from '@/words/core/i18n'
import { type Alarm, type AlarmLadder, type Channel, CHANNELS } from '@/lib/wire'
import { now } from '@/state/core/clock'
import { stepsOf } from '@/state/alarm/escalation-plans'
import { isFresh, tierWait } from './ladders'

const SECONDS_ONLY_S = 120

/** Words for what a tier waits for, for channels and for spans of time. */
export function useLadderWords(): {
  /** What a tier stands at, and what comes next; `next` is empty where nothing does. */
  waiting: (alarm: Alarm, ladder: AlarmLadder) => { state: string; next: string }
  channels: (names: readonly Channel[]) => string
  time: (seconds: number) => string
} {
  const { t } = useI18n()
  const time = (seconds: number): string =>
    seconds <= SECONDS_ONLY_S ? t('unit.s', { n: seconds }) : t('unit.min', { n: Math.ceil(seconds / 60) })
  const channels = (names: readonly Channel[]): string =>
    CHANNELS.every((one) => names.includes(one)) ? t('console.channel.all') : names.map((name) => t(`console.channel.${name}`)).join(t('and'))

  function waiting(alarm: Alarm, ladder: AlarmLadder): { state: string; next: string } {
    const waits = tierWait(alarm, ladder, stepsOf(alarm, ladder.tier), now.value)
    switch (waits.what) {
      case 'ended':
        return { state: t(`console.waits.ended.${waits.phase}`), next: '' }
      case 'there':
        return {
          state: t(`console.waits.there.${ladder.tier}`),
          next: waits.seconds === null ? '' : t('console.waits.remind', { time: time(waits.seconds) }),
        }
      case 'coming':
        return {
          // Tier 1 stands at the post already: its answer is its arrival.
          state: t(ladder.tier === 1 ? 'console.waits.there.1' : `console.waits.coming.${ladder.tier}`),
          next: waits.seconds ? t('console.waits.more', { time: time(waits.seconds) }) : t('console.waits.moreNow'),
        }
      case 'overdue':
        return { state: t('console.waits.calling'), next: t('console.waits.overdue', { step: waits.step }) }
      default: {
        const key = `console.waits.${waits.what}${waits.channels.length ? '' : 'Only'}` as const
        return {
          state: t(isFresh(alarm, now.value) ? 'console.waits.asked' : 'console.waits.calling'),
          next: t(key, { time: time(waits.seconds), step: waits.step, channels: channels(waits.channels) }),
        }
      }
    }
  }
  return { waiting, channels, time }
}
