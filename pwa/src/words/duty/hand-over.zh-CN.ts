/** Notes of a post for its next shift; phones and desks show them. */
export default {
  title: '上一班留言',
  from: '{day} {peak}{by}',
  by: '，{name}',
  read: '知道了',
  wasRead: '{time} 已读{by}。',
  unread: '还没有人读。',
  left: '给下一班留言',
  none: '下一班要知道什么？校门、路灯、挡路的车。',
  label: '留言，最多 {n} 字',
  write: '写留言',
  change: '修改',
  takeBack: '收回',
  save: '留给下一班',
  cancel: '不写了',
  done: '本岗下一班签到后就能看到。',
  about: '不写孩子姓名，不写电话。本岗下一班和管辖本岗的指挥台看得到，30 天后删除。',
}
