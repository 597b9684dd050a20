/** Keeping a post staffed: what phones and desks both show. */
import away from '@/words/duty/away.zh-CN'
import handOver from '@/words/duty/hand-over.zh-CN'
import callIn from './call-in.zh-CN'
import lend from './lend.zh-CN'
import nudge from './nudge.zh-CN'

export default { away, callIn, handOver, lend, nudge }
