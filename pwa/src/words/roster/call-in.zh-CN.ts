/** Calling somebody in for a no-show; a phone and a desk show it. */
export default {
  title: '叫人顶岗',
  missed: '{group}缺 {n} 人没来',
  nobody: '没有空着的人可叫。',
  here: '在本岗值过班',
  far: '在 {distance} 外值过班',
  never: '近三个月没有值过班',
  duties: '本周 {n} 班',
  ring: '打电话',
  ringOne: '看{name}的电话，叫来顶岗',
  call: '拨打 {telephone}',
  about: '最多推荐三人：同一类别、已审核、没请假、这一班没有排班也不在岗，离得近的在前。平台不发消息，要您打电话；看号码会记录，本人看得到。来的人签到并经确认后计入岗位，未到仍记在没来的人名下。',
  again: '重试',
}
