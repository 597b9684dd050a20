/** Reminding those who are expected at a post and have not come; a phone and a desk show it. */
export default {
  title: 'Remind those missing',
  press: 'Remind those missing ({n})',
  sending: 'Sending…',
  went: 'At {time} a reminder went to {n} of {of} missing: {by}.',
  wentToNobody: 'At {time} there was no way to any of the {of} missing: ring them up.',
  push: '{n} by push',
  text: '{n} by SMS',
  and: ', ',
  unreached: 'No way to {n}: not registered, or without push and SMS. Ring them up.',
  excused: '{n} on leave, unable to come or not approved: not reminded.',
  again: 'Again from {time}.',
  by: { guard: 'By the duty leader.', school_admin: 'By the school.', station_officer: 'By the station.', dispatcher: 'By the dispatcher.', district_admin: 'By the district.' },
  about: 'One message each, by push or else by SMS; once in some minutes a post. Who pressed is recorded.',
  retry: 'Try again',
}
