/** Notes of a post for its next shift; phones and desks show them. */
export default {
  title: 'Note of the shift before',
  from: '{day} {peak}{by}',
  by: ', by {name}',
  read: 'I have read it',
  wasRead: 'Read at {time}{by}.',
  unread: 'Nobody has read it yet.',
  left: 'For the next shift',
  none: 'What must the next shift know? The gate, the lights, a car that stands in the way.',
  label: 'Note, up to {n} characters',
  write: 'Leave a note',
  change: 'Change it',
  takeBack: 'Take it back',
  save: 'Leave it',
  cancel: 'Not now',
  done: 'The next shift of this post sees it when it checks in.',
  about: 'No names of children, no telephones. The next shift and the consoles of this post read it; it is deleted after 30 days.',
}
