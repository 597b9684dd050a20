/** People who were searched by name: who they are, and where they stand by the coverage that the console has now. */
import { computed, ref, shallowRef } from 'vue'
import { get } from '@/lib/http'
import type { Id, PersonFound } from '@/lib/wire'
import { whereTheyStand, type FoundPerson } from '@/apply/people/found-people'
import { coverageByPost } from '@/state/core/console'

type Found = { items: PersonFound[]; more: boolean }

const NOBODY: Found = { items: [], more: false }
const CJK = /[\u3400-\u9fff\uf900-\ufaff]|[\ud840-\ud87f]/u
const SHORTEST = 2

const found = shallowRef<Found>(NOBODY)
const failed = shallowRef<unknown>(null)
const asking = ref(false)
/** Whom somebody chose among them: marked among the people of his post. */
export const highlightedPerson = ref<Id | null>(null)
export const searchProblem = computed(() => failed.value)
export const isSearching = computed(() => asking.value)
export const moreHits = computed(() => found.value.more)
let turn = 0

/** Those who were found, on duty first: whoever comes or goes meanwhile moves with the news. */
export const hits = computed<FoundPerson[]>(() => whereTheyStand(found.value.items, coverageByPost.value))

/** The posts where they stand: these pass the filter, too. */
export const standsAt = computed(() => new Set(hits.value.flatMap((hit) => hit.standing?.post ?? [])))

/** Whether a piece of a name is long enough to look for; the server asks for the same. */
function isSearchable(name: string): boolean {
  return name.length >= SHORTEST || CJK.test(name)
}

/** Look for people by a piece of their name; too short a piece finds nobody. */
export async function findPeople(name: string): Promise<void> {
  turn += 1
  const mine = turn
  failed.value = null
  asking.value = isSearchable(name)
  if (!asking.value) {
    found.value = NOBODY
    return
  }
  try {
    const answer = await get<Found>('/api/people', { query: { name } })
    if (mine === turn) found.value = answer
  } catch (problem) {
    if (mine !== turn) return
    found.value = NOBODY
    failed.value = problem
  } finally {
    if (mine === turn) asking.value = false
  }
}

/** Forget them: the next person at this desk may see less. */
export function forgetHits(): void {
  turn += 1
  found.value = NOBODY
  failed.value = null
  asking.value = false
  highlightedPerson.value = null
}
