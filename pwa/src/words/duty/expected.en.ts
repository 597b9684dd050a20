/** What a duty leader reads of who is expected at the post. */
export default {
  title: 'Expected',
  count: '{here} of {of} here',
  nobody: 'Nobody is planned for this peak.',
  missing: '{n} missing',
  said: { coming: 'says: coming', cannot: 'says: cannot come' },
  where: { here: 'here', waiting: 'to be confirmed', left: 'checked out', elsewhere: 'at another post', due: 'not here yet', missing: 'missing' },
  here: 'Here: {names}',
  waiting: 'To be confirmed: {names}',
  comma: ', ',
  unregistered: 'not registered, no number',
  byStation: 'the station rings up',
  ring: 'Call',
  ringOne: 'Show the telephone of {name}',
  call: 'Call {telephone}',
  recorded: 'Looking at a number is recorded; its owner sees who did.',
  again: 'Try again',
}
