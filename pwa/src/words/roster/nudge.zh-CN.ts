/** Reminding those who are expected at a post and have not come; a phone and a desk show it. */
export default {
  title: '催岗',
  press: '催一下没来的（{n} 人）',
  sending: '正在发…',
  went: '{time} 已催 {n} 人（缺 {of} 人）：{by}。',
  wentToNobody: '{time} 缺的 {of} 人都没有办法通知到：请打电话。',
  push: '推送 {n} 人',
  text: '短信 {n} 人',
  and: '、',
  unreached: '有 {n} 人通知不到：还没登记，或没有推送和短信。请打电话。',
  excused: '{n} 人请假、答复来不了或账号未生效，不催。',
  again: '{time} 后可以再催。',
  by: { guard: '由带班领导发出。', school_admin: '由学校发出。', station_officer: '由派出所发出。', dispatcher: '由指挥台发出。', district_admin: '由区里发出。' },
  about: '每人一条，有推送的发推送，没有的发短信；每岗隔几分钟一次，谁按的有记录。',
  retry: '重试',
}
