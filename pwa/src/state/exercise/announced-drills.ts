/** The announced drills ahead at this guard's posts. */
import { shallowReadonly, shallowRef } from 'vue'
import { get } from '@/lib/http'
import type { Drill, FeedEvent, Page } from '@/lib/wire'

const ahead = shallowRef<readonly Drill[]>([])

export const announced = shallowReadonly(ahead)

/** Fetch them; a failure leaves what is known, the next fetch heals it. */
export async function fetchDrills(): Promise<void> {
  try {
    ahead.value = (await get<Page<Drill>>('/api/drills')).items
  } catch {
    return
  }
}

export function takeDrillEvents(events: readonly FeedEvent[]): void {
  if (events.some((event) => event.name === 'drill.changed')) void fetchDrills()
}

export function forgetDrills(): void {
  ahead.value = []
}
