/** English: all but the console's texts, which load with it. */
import alarm from './alarm.en'
import common from './common.en'
import phone from './phone.en'
import refusals from './refusals.en'

export default { ...common, phone, alarm, refusals }
