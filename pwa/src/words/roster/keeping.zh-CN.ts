/** Keeping a post staffed: what a leader's phone and a desk both show. */
import callIn from './call-in.zh-CN'
import nudge from './nudge.zh-CN'

export default { callIn, nudge }
