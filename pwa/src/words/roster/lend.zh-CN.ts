/** Lending a post somebody: the desk asks, a guard on duty answers. */
export default {
  title: '就近借人',
  from: '{post}，{distance}，{group}多 {n} 人',
  short: '{post}，{distance}，{group}没有多余的人',
  end: '不用来了',
  endOf: '告诉{name}不用来了',
  ask: '借调',
  askOf: '借调{name}',
  word: '为什么原岗位可以少人（记入审计）',
  asked: { asked: '已问 {name}（{post}），等回答', coming: '{name}（{post}）正在赶来，到岗扫码后计入' },
  about: '本人点一下同意；到这里签到以前仍算原岗位的人。',
  ask1: '附近岗位缺人，请您支援',
  where: '{post}，约 {distance}',
  go: '我去',
  cannot: '我去不了',
  coming: '请到 {post}，到了扫那里的码签到。签到以前仍算本岗。',
}
