/** The search for posts and people while a name is being written. */
import { onScopeDispose, watch } from 'vue'
import { findPeople, forgetHits, hits, highlightedPerson } from '@/state/people/people-search'
import { filter, listedPosts, open } from '@/state/duty/post-selection'

const PAUSE_MS = 400

/** Look for people while somebody writes a name into the filter; answers what opens the first that is found. */
export function useSearch(): { openFirst: () => Promise<void> } {
  let timer: number | undefined
  let asked = filter.search.trim()

  async function look(): Promise<void> {
    window.clearTimeout(timer)
    const name = filter.search.trim()
    if (name === asked) return
    asked = name
    await findPeople(name)
  }

  watch(
    () => filter.search,
    () => {
      window.clearTimeout(timer)
      if (filter.search.trim() === '') {
        asked = ''
        forgetHits()
      } else timer = window.setTimeout(() => void look(), PAUSE_MS)
    },
  )
  onScopeDispose(() => window.clearTimeout(timer))

  return {
    async openFirst() {
      const name = filter.search.trim()
      if (!name) return
      if (!listedPosts.value.length) await look()
      // Something else is asked for by now.
      if (filter.search.trim() !== name) return
      const first = listedPosts.value[0]
      if (!first) return
      highlightedPerson.value = hits.value.find((hit) => hit.standing?.post === first.post.id)?.person.account_id ?? null
      open(first.post.id)
    },
  }
}
