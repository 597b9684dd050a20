/** How far and where to: by the phone's own position when it has one, else as the server reckoned. */
import { computed, type ComputedRef } from 'vue'
import { useI18n } from '@/words/core/i18n'
import { directionOf, distanceParts, walkMinutes, wayBetween } from '@/lib/format'
import type { Alarm, AlarmResponse } from '@/lib/wire'
import { freshFix } from '@/state/duty/place'
import { now } from '@/state/core/clock'

const NEAR_M = 30
const HERE_M = 10

export interface RouteTo {
  metres: number | null
  bearingDeg: number | null
  number: string
  unit: string
  direction: string | null
  /** So near that neither metres nor a direction help. */
  here: boolean
  /** "东北方，快走约 2 分钟" */
  sentence: string
}

export function useRouteTo(alarm: () => Alarm, mine: () => AlarmResponse): ComputedRef<RouteTo> {
  const { t } = useI18n()
  return computed(() => {
    void now.value
    const fix = freshFix()
    const own = fix ? wayBetween(fix, alarm()) : null
    const metres = own ? own.distanceM : mine().distance_m
    const bearingDeg = own ? own.bearingDeg : mine().bearing_deg
    const parts = metres === null ? null : distanceParts(metres)
    const direction = bearingDeg === null ? null : t(`direction.${directionOf(bearingDeg)}`)
    const minutes = metres === null ? null : walkMinutes(metres)
    let sentence = t('alarm.respond.walkNear')
    if (metres !== null && metres > NEAR_M && minutes !== null) {
      sentence = direction
        ? t('alarm.respond.walk', { direction, n: minutes })
        : t('alarm.respond.noDirection', { n: minutes })
    }
    return {
      metres,
      bearingDeg,
      here: metres !== null && metres <= HERE_M,
      number: parts?.n ?? '–',
      unit: parts ? t(`unit.${parts.unit}`, { n: '' }).trim() : '',
      direction,
      sentence,
    }
  })
}
