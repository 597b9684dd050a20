/** Refusals while a post is kept and duties change hands: a leader's phone and a desk say them. */
export default {
  cannot_take: 'This duty cannot be taken: away or elsewhere at that time, too many duties, not approved, or without consent.',
  other_cannot_take: 'The other one cannot take the duty that is given for it: away, elsewhere, too many duties, or not approved.',
  post_falls_below: 'That post would fall below the heads that it needs; a dispatcher may lend all the same, with a reason.',
  swap_over: 'This swap is over: it was taken back or decided, or a duty has changed.',
  lending_over: 'This lending is over: nobody is needed there from here any more.',
  too_late_to_swap: 'Duties are not swapped in the last {hours} hours.',
  not_leading: 'This is for the duty leader on confirmed duty at this post.',
  not_missing: '{name} has come: no need to ring up.',
  not_proposed: 'Free no more: the list is up to date.',
  not_away: 'You are back at the post by now: nothing to answer.',
  nobody_missing: 'Nobody is missing here now.',
  nudged_already: 'A reminder went out just now. Again from {again_at}.',
}
