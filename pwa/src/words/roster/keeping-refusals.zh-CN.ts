/** Refusals while a post is kept and duties change hands: a leader's phone and a desk say them. */
export default {
  cannot_take: '接不了这个班次：那时请了假或已有班次、已经排满，或者账号没审核、没同意条款。',
  other_cannot_take: '对方接不了换出的班次：请了假、另有班次、已经排满或账号不能用。',
  post_falls_below: '原岗位会低于应到人数，不能借调；调度员可以写明理由后指令借调。',
  swap_over: '换不成了：已撤回、已决定，或班次又改过。',
  lending_over: '这次借调已经结束。',
  too_late_to_swap: '开始前 {hours} 小时内不能换班了。',
  not_leading: '这要由本岗已确认在岗的带班领导来做。',
  not_missing: '{name}已经来了，不用打电话。',
  not_proposed: '此人现在不能来顶岗，名单已更新。',
  not_away: '您已回到岗位，不用再回答。',
  nobody_missing: '这里现在没有缺人。',
  nudged_already: '刚刚催过，{again_at} 后可以再催。',
}
