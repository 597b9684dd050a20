/** Pure: which posts pass the filter of the console. */
import type { Group, Id, PostState, SchoolKind } from '@/lib/wire'
import { isGap, type PostView } from './post-view'

/** What the person at the console wants to see; `null` and `''` mean everything. */
export interface PostFilter {
  search: string
  station: Id | null
  school: Id | null
  kind: SchoolKind | null
  missing: Group | null
  state: PostState | null
  gapsOnly: boolean
  waitingOnly: boolean
}

export const NO_FILTER: PostFilter = {
  search: '',
  station: null,
  school: null,
  kind: null,
  missing: null,
  state: null,
  gapsOnly: false,
  waitingOnly: false,
}

const NOBODY: ReadonlySet<Id> = new Set()

/** Whether a post passes every part of the filter; `found`: the posts where people of the name that is searched stand. */
export function passes(view: PostView, filter: PostFilter, found: ReadonlySet<Id> = NOBODY): boolean {
  if (filter.station !== null && view.post.station_id !== filter.station) return false
  if (filter.school !== null && view.post.school_id !== filter.school) return false
  if (filter.kind !== null && view.post.school_kind !== filter.kind) return false
  if (filter.missing !== null && !((view.line?.missing[filter.missing] ?? 0) > 0)) return false
  if (filter.state !== null && view.state !== filter.state) return false
  if (filter.gapsOnly && !isGap(view)) return false
  if (filter.waitingOnly && view.waiting === 0) return false
  return found.has(view.post.id) || passesSearch(view, filter.search)
}

/** The map shows what passes; the list shows gaps unless something is asked for by name, school, state or waiting. */
export function listed(view: PostView, filter: PostFilter, found: ReadonlySet<Id> = NOBODY): boolean {
  const asked = filter.state !== null || filter.school !== null || filter.waitingOnly || filter.search.trim() !== ''
  return passes(view, filter, found) && (asked || isGap(view))
}

/** Whether anything is filtered at all, so that a way back can be offered. */
export function isFiltered(filter: PostFilter): boolean {
  return (Object.keys(NO_FILTER) as (keyof PostFilter)[]).some((key) =>
    key === 'search' ? filter.search.trim() !== '' : filter[key] !== NO_FILTER[key],
  )
}

function passesSearch(view: PostView, search: string): boolean {
  const words = search.trim().toLocaleLowerCase().split(/\s+/u).filter(Boolean)
  const name = `${view.post.school_name} ${view.post.name}`.toLocaleLowerCase()
  return words.every((word) => name.includes(word))
}
