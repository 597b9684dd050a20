/** Refusals while a post is kept: a leader's phone and a desk say them. */
export default {
  not_leading: 'This is for the duty leader on confirmed duty at this post.',
  not_missing: '{name} has come: no need to ring up.',
  not_proposed: 'Free no more: the list is up to date.',
  not_away: 'You are back at the post by now: nothing to answer.',
  nobody_missing: 'Nobody is missing here now.',
  nudged_already: 'A reminder went out just now. Again from {again_at}.',
}
