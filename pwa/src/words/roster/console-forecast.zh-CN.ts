/** What the console says of the coming days. */
export default {
  title: '一周预报',
  link: '一周预报',
  about: '今天起七天，按岗位看哪里可能缺人，最急的在前。点岗位名打开该校排班。',
  toRoster: '去排班',
  filters: '筛选',
  station: '派出所',
  school: '学校',
  every: '全部',
  post: '岗位',
  none: '没有岗位。',
  sum: '{n} 个岗位，已排班高峰需 {needed} 人次',
  risk: { open: '缺人', cannot: '来不了', asked: '未答', missed: '上次没来', first: '第一次' },
  unplanned: '{n} 个高峰没有发布排班',
  notPlanned: '未排',
  fine: '没有风险',
  means: '每天的数字：缺人和本人说来不了的席位。?：提醒后还没回答、上一次班没来、第一次值守的人。每个席位只算最重的一项；没有发布排班的高峰不计。',
}
