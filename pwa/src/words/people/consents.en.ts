/** What a guard agreed to, and what he is asked anew: on the page of registration, of the record, and on the first one. */
export default {
  more: 'Read all of it',
  less: 'Show less',
  again: 'Try again',
  ask: {
    title: 'What you agreed to has changed',
    about: 'Read it and decide in your own time. Check-in, duty and alarms go on as before.',
    position: 'Until you answer the platform takes none of your positions.',
    required: 'Without it you cannot keep an account; you can close it on the page of your record.',
    change: 'What is new: ',
    agree: 'I agree',
    refuse: 'Do not share my location',
    later: 'Later',
    laterSaid: 'All right. You can answer later on the page of your record.',
    done: 'Noted, thank you.',
  },
  texts: { title: 'What guards agree to', show: 'Show the texts in force', version: 'Version {version}' },
  mine: {
    given: 'Agreed {time}',
    withdrawn: 'Withdrawn {time}',
    never: 'Not agreed',
    older: 'You agreed to an earlier text, which still counts.',
    current: 'Show the text of today',
  },
}

/** A refusal that is met wherever somebody agrees to something. */
export const refusals = {
  unknown_consent_text: 'This text has just been replaced. Please read the new one and decide.',
}
