/** English: all but the console's texts, which load with it. */
import alarm from '@/words/alarm/alarm.en'
import common from '@/words/core/common.en'
import phone from '@/words/duty/check-in.en'
import refusals from '@/words/core/refusals.en'

export default { ...common, phone, alarm, refusals }
