/** What a new alarm does to this console: it sounds until it is acknowledged as far as this desk is concerned. No page changes by it. */
import type { Id } from '@/lib/wire'
import { computed, reactive, ref, watch } from 'vue'
import { asidePresses, byUrgency, calledAgain, missedTargets, MUTE_S, ringing } from '@/apply/alarm/ringing'
import { ConsoleSound } from '@/lib/console-sound'
import { now, serverNow } from '@/state/core/clock'
import { alarms } from '@/state/core/console'
import { feedStatus } from '@/state/core/feed'
import { watchReceipts } from '@/state/delivery/receipts'
import { account } from '@/state/people/session'

const sound = new ConsoleSound()
const mutedUntil = reactive(new Map<Id, number>())
const audible = ref(false)
const role = computed(() => account.value?.role ?? null)

/** Whether the browser lets the console be heard; false until the first click. */
export const soundOn = computed(() => audible.value)

/** How many alarms are open, drills left out. */
export const openCount = computed(() => byUrgency(alarms.value.values(), role.value).filter((alarm) => !alarm.drill).length)

/** Turn sound on; only within a click or a key press. */
export async function unlockSound(): Promise<void> {
  audible.value = await sound.unlock().catch(() => false)
}

/** Keep one alarm silent for half a minute. */
export function muteAlarm(id: Id): void {
  mutedUntil.set(id, serverNow() + MUTE_S * 1000)
}

/** For how many more seconds an alarm is silent. */
export function mutedSeconds(id: Id, at: number): number {
  return Math.max(0, Math.ceil(((mutedUntil.get(id) ?? 0) - at) / 1000))
}

/** Watch for alarms while the console is open; answers how to stop. */
export function watchAlarms(): () => void {
  const told = new Set<string>()
  const stops = [
    watchReceipts(alarms),
    watch([alarms, now, mutedUntil], () => {
      sound.ring(ringing(notMine(), role.value, mutedUntil, now.value).length > 0)
      if (isNews(missedTargets(alarms.value.values(), now.value), told)) sound.targetMissed()
      if (isNews(calledAgain(alarms.value.values()), told)) sound.calledAgain()
      if (isNews(asidePresses(alarms.value.values(), role.value), told)) sound.asidePressed()
    }),
    watch(
      () => feedStatus.staleSince !== null,
      (stale) => {
        if (stale) sound.connectionLost()
      },
    ),
  ]
  const unlock = (): void => void unlockSound()
  document.addEventListener('pointerdown', unlock, { once: true })
  document.addEventListener('keydown', unlock, { once: true })
  return () => {
    stops.forEach((stop) => stop())
    document.removeEventListener('pointerdown', unlock)
    document.removeEventListener('keydown', unlock)
    sound.ring(false)
    mutedUntil.clear()
  }
}

/** Whether any of these keys was not told before; now all are. */
function isNews(keys: readonly string[], told: Set<string>): boolean {
  const fresh = keys.filter((key) => !told.has(key))
  fresh.forEach((key) => told.add(key))
  return fresh.length > 0
}

function notMine(): ReturnType<typeof byUrgency> {
  return byUrgency(alarms.value.values(), role.value).filter((alarm) => alarm.raised_by !== account.value?.id)
}
