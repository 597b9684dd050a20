/** Pure: a post joined with its coverage. */
import { countSeats } from './seat-count'
import { GROUPS, type Group, type PostCoverage, type Post, type PostState } from '@/lib/wire'

/** A post with what is known of it now; before its line has come it is drawn as off duty. */
export interface PostView {
  post: Post
  line: PostCoverage | null
  state: PostState
  present: number
  required: number
  waiting: number
  /** Verified heads beyond the seats of their group. */
  extra: number
}

/** Join a post and its coverage line; extra heads of one group never fill another group's seats. */
export function postView(post: Post, line: PostCoverage | null): PostView {
  const { filled, seats, waiting, extra } = countSeats(line)
  return { post, line, state: line?.state ?? 'off_duty', present: filled, required: seats, waiting, extra }
}

/** Whether somebody is missing at the post at this moment. */
export function isGap(view: PostView): boolean {
  return view.state === 'uncovered' || view.state === 'understaffed'
}

/** One entry for each missing head, in the order of seats. */
export function missingHeads(line: PostCoverage | null): Group[] {
  if (!line) return []
  return GROUPS.flatMap((group) => Array<Group>(Math.max(0, line.missing[group])).fill(group))
}

/** The gate alone: a post's name mostly begins with its school's. */
export function gateOf(post: Post): string {
  return post.name.startsWith(post.school_name) ? post.name.slice(post.school_name.length).trim() : post.name
}
