/** What is filled in of a post, and what of it is missing. */
import { reactive } from 'vue'
import { readPlace, typedPlace, type TypedPlace } from '@/apply/places/datum'
import { GROUPS, type Heads, type Id, type KeptPost } from '@/lib/wire'
import type { Texts } from '@/words/core/i18n'

const LEAST_FENCE_M = 30
const MOST_FENCE_M = 2000
const MOST_HEADS = 50
const USUAL_FENCE_M = 150
const STANDARD: Heads = { staff: 2, security: 2, volunteer: 2, police: 1 }

/** A post as somebody fills it in. */
export interface PostForm {
  name: string
  gate: string
  area: string
  school: Id | null
  place: TypedPlace
  fence: number
  heads: Heads
}

const isWhole = (value: unknown, least: number, most: number): boolean => Number.isInteger(value) && Number(value) >= least && Number(value) <= most

/** Make the form of a post, or of a new one. */
export function usePostForm(): { form: PostForm; fill: (post: KeptPost | null) => void; missing: (t: Texts['t']) => string | null; body: () => Record<string, unknown> } {
  const form = reactive<PostForm>({ name: '', gate: '', area: '', school: null, place: { latitude: '', longitude: '', datum: 'wgs84' }, fence: USUAL_FENCE_M, heads: { ...STANDARD } })
  return {
    form,
    fill(post) {
      Object.assign(form, {
        name: post?.name ?? '',
        gate: post?.gate ?? '',
        area: post?.area ?? '',
        school: post?.school_id ?? null,
        place: post ? typedPlace(post.wgs84, 'wgs84') : { latitude: '', longitude: '', datum: 'wgs84' },
        fence: post?.fence_radius_m ?? USUAL_FENCE_M,
        heads: { ...STANDARD, ...post?.heads },
      })
    },
    missing(t) {
      if (!form.name.trim()) return t('console.places.noName')
      if (form.school === null) return t('console.places.noSchool')
      if (!readPlace(form.place)) return t('console.places.noPlace')
      if (!isWhole(form.fence, LEAST_FENCE_M, MOST_FENCE_M)) return t('console.places.noFence', { least: LEAST_FENCE_M, most: MOST_FENCE_M })
      return GROUPS.every((group) => isWhole(form.heads[group], 0, MOST_HEADS)) ? null : t('console.places.noHeads')
    },
    body: () => ({
      name: form.name.trim(),
      gate: form.gate.trim(),
      area: form.area.trim(),
      school_id: form.school,
      ...readPlace(form.place),
      datum: form.place.datum,
      fence_radius_m: form.fence,
      heads: { ...form.heads },
    }),
  }
}
