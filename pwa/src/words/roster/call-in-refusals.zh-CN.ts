/** Why somebody cannot be called in. */
export default {
  not_proposed: '这个人现在不能来顶岗（已签到、排了班或请了假），名单已更新。',
}
