/** Keeping a post staffed: what phones and desks both show. */
import away from '@/words/duty/away.en'
import handOver from '@/words/duty/hand-over.en'
import callIn from './call-in.en'
import lend from './lend.en'
import nudge from './nudge.en'

export default { away, callIn, handOver, lend, nudge }
