/** Chinese: all but the console's texts, which load with it. */
import alarm from '@/words/alarm/alarm.zh-CN'
import common from '@/words/core/common.zh-CN'
import phone from '@/words/duty/check-in.zh-CN'
import refusals from '@/words/core/refusals.zh-CN'

export default { ...common, phone, alarm, refusals }
