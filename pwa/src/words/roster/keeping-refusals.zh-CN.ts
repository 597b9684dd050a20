/** Refusals while a post is kept: a leader's phone and a desk say them. */
export default {
  not_leading: '这要由本岗已确认在岗的带班领导来做。',
  not_missing: '{name}已经来了，不用打电话。',
  not_proposed: '此人现在不能来顶岗，名单已更新。',
  not_away: '您已回到岗位，不用再回答。',
  nobody_missing: '这里现在没有缺人。',
  nudged_already: '刚刚催过，{again_at} 后可以再催。',
}
