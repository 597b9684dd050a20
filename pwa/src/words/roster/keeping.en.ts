/** Keeping a post staffed: what a leader's phone and a desk both show. */
import callIn from './call-in.en'
import nudge from './nudge.en'

export default { callIn, nudge }
