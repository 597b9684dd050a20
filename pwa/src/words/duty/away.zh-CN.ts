/** Away from the post: what a guard is asked, and what a leader and a desk read. */
export default {
  ask: '您还在岗位上吗？',
  why: '{time} 起手机显示您不在岗位范围内。不影响值岗，也不处罚，回答一次，免得别人找您。',
  say: { at_post: '就在岗位', sent: '被派到别处', leaving: '要离开了' },
  said: { at_post: '本人说：在岗位', sent: '本人说：被派到别处', leaving: '本人说：要离开' },
  unsaid: '还没回答',
  thanks: '已记下：{said}。回到岗位后自动消失。',
  checkOut: '要离开的，请在下面签退。',
  title: '不在岗位',
  row: '{time} 起，{seen} 时离岗位 {distance}',
  about: '按手机位置，在岗位范围外超过规定时间。回来后自动消失，不计入考勤。',
}
