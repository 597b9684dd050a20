/** Names behind an alarm's numbers, fetched apart: events carry people by id only. */
import { shallowReactive } from 'vue'
import { get } from '@/lib/http'
import type { Alarm, AlarmPerson, Id, UnitContact } from '@/lib/wire'
import { permissions } from '@/state/people/permissions'
import { account } from '@/state/people/session'

const people = shallowReactive(new Map<Id, AlarmPerson>())
const units = shallowReactive(new Map<Id, UnitContact>())
const asked = new Map<Id, { at: number; unknown: string }>()
const PAUSE_MS = 4_000

/** Everybody whose name is known so far, by account. */
export const knownPeople: ReadonlyMap<Id | null, AlarmPerson> = people

/** Where units are rung up, as far as this desk may know, by unit. */
export const knownUnits: ReadonlyMap<Id, UnitContact> = units

/** Fetch the names of an alarm's people: at once when somebody new is unknown, else at most every few seconds. */
export async function loadNames(alarm: Alarm): Promise<void> {
  const strangers = peopleOf(alarm).filter((id) => !people.has(id) && id !== account.value?.id)
  const unknown = [...strangers, ...unitsOf(alarm).map((id) => `unit ${id}`)].join()
  if (!unknown) return
  const last = asked.get(alarm.id)
  if (last && last.unknown === unknown && Date.now() - last.at < PAUSE_MS) return
  asked.set(alarm.id, { at: Date.now(), unknown })
  try {
    const found = await get<{ people: AlarmPerson[]; units: UnitContact[] }>(`/api/alarms/${alarm.id}/people`)
    for (const person of found.people) people.set(person.account_id, person)
    for (const unit of found.units) units.set(unit.unit_id, unit)
  } catch {
    // Numbers stand in for names until the next try: the page lists them as unnamed.
  }
}

/** Name an account: a person of an alarm, myself, or nothing where the name is not known. */
export function nameOf(id: Id | null): string | null {
  if (id === null) return null
  if (account.value && account.value.id === id) return account.value.name
  return people.get(id)?.name ?? null
}

/** Forget all names: the next person at this desk may see less. */
export function forgetNames(): void {
  people.clear()
  units.clear()
  asked.clear()
}

function peopleOf(alarm: Alarm): Id[] {
  const ids = [
    alarm.raised_by,
    ...alarm.responses.map((response) => response.account_id),
    ...alarm.timeline.map((entry) => entry.actor_id),
    ...alarm.deliveries.map((delivery) => delivery.account_id),
  ]
  return ids.filter((id): id is Id => id !== null)
}

/** The units whose telephones are not known yet, where this desk may know them: the police, while it goes on. */
function unitsOf(alarm: Alarm): Id[] {
  if (alarm.state !== 'open' || !permissions.value.dispatch) return []
  return alarm.joint_tasks.map((task) => task.unit_id).filter((id) => !units.has(id))
}
