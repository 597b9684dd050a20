/** Away from the post: what a guard is asked, and what a leader and a desk read. */
export default {
  ask: 'Are you still at the post?',
  why: 'Since {time} your phone says that you are outside. Nothing is refused, nobody is punished: answer once so that nobody has to look for you.',
  say: { at_post: 'At the post', sent: 'I was sent elsewhere', leaving: 'I am leaving' },
  said: { at_post: 'says: at the post', sent: 'says: sent elsewhere', leaving: 'says: leaving' },
  unsaid: 'has not answered',
  thanks: 'Noted: {said}. This goes by itself once you are back.',
  checkOut: 'If you leave, check out below.',
  title: 'Away from the post',
  row: 'since {time}, {distance} off at {seen}',
  about: 'Longer than the time set by your district outside the fence, by the phone. Ends by itself; nothing is counted against anybody.',
}
