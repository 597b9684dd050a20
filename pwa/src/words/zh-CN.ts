/** Chinese: all but the console's texts, which load with it. */
import alarm from './alarm.zh-CN'
import common from './common.zh-CN'
import phone from './phone.zh-CN'
import refusals from './refusals.zh-CN'

export default { ...common, phone, alarm, refusals }
