/** What a duty leader reads of who is expected at the post. */
export default {
  title: '应到',
  count: '{here}/{of} 到岗',
  nobody: '这个高峰没有排班。',
  missing: '没来 {n}',
  said: { coming: '说会到岗', cannot: '说不能到岗' },
  where: { here: '已到', waiting: '等确认', left: '已签退', elsewhere: '在别的岗位', due: '还没到', missing: '没来' },
  here: '已到：{names}',
  waiting: '等确认：{names}',
  comma: '、',
  unregistered: '还没登记，没有号码',
  byStation: '由派出所联系',
  ring: '打电话',
  ringOne: '看{name}的电话',
  call: '拨打 {telephone}',
  recorded: '看电话会记录，本人能看到是谁看的。',
  again: '重试',
}
