/** A refusal that is met wherever somebody agrees to something. */
export default {
  unknown_consent_text: 'This text has just been replaced. Please read the new one and decide.',
}
