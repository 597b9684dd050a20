/** Why somebody cannot be called in. */
export default {
  not_proposed: 'He cannot fill in now (checked in, planned or away); the list is up to date.',
}
