/** A sentence for each refusal that only consoles and devices meet; the others are in refusals. */
export default {
  already_asked: '已经通知过这个人了。',
  below_floor: '这个人离开后，原岗将低于最低配置。',
  not_mergeable: '这两次报警不能合并。',
  plan_incomplete: '第 {tier} 级的步骤还不完整，请检查后再保存。',
  unit_in_plan: '这个单位还在 {plans} 个预案里。请先从预案中移出。',
  unit_archived: '这个单位已停用。请先启用，或换一个单位。',
  unit_without_channel: '没有通道能通知这个单位，请打电话。',
  plan_exists: '这类报警已有预案。请直接修改它。',
  hook_refused: '这个地址或密钥不能用：地址要在允许的主机上、用 https，不能在内网；普通接口的密钥至少 32 位。',
  unknown_device: '平台不认识这个装置的密钥，请找派出所换一个。',
  device_of_other_post: '这个装置的密钥属于别的岗位，没有报警。',
  device_revoked: '这个装置已停用，请登记新的。',
  bad_window: '测试时间不对：结束要晚于开始和现在，最长 31 天。',
  drill_not_planned: '这次演练已经开始、完成或取消。',
  real_alarm_open: '这个岗位正在处置真实报警，现在不能演练。',
  already_done: '这一项 {done_at} 已经完成。',
}
