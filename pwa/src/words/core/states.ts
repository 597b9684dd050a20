/**
 * What each page can be in, and the sentences that it then shows, by the keys of their words.
 *
 * Pages take their states from here by type alone, so nothing of this is loaded; docs/states.md is made of it, and a
 * test holds the words, the pages and the document together.
 */

import type { Flag } from '@/lib/wire'
import type { WordKey } from '@/words/keys'

/** When a state holds, in both languages, and the keys of what is said then. */
type State = readonly [english: string, chinese: string, ...keys: WordKey[]]

interface PageStates {
  title: readonly [english: string, chinese: string]
  states: Record<string, State>
}

const flag = (english: string, chinese: string, name: Flag): State => [english, chinese, `flag.${name}`]

export const STATES = {
  home: {
    title: ['A guard’s first page', '护学员的首页'],
    states: {
      signed_out: ['nobody is signed in', '没有登录', 'phone.home.title', 'phone.home.how'],
      off: ['signed in, no duty', '已登录，没有值岗', 'phone.home.noDuty', 'phone.home.how'],
      kept: ['a check-in still has to go out', '有签到还没发出', 'phone.result.queued.word', 'phone.act.word.kept', 'phone.result.queued.sub'],
      waits: ['checked in, nobody has confirmed it', '已签到，还没人确认', 'phone.duty.waits', 'phone.duty.why'],
      on_time: ['on duty, in time', '已到岗，准时', 'phone.duty.onTime'],
      late: ['on duty, late', '已到岗，迟到', 'phone.duty.late'],
    },
  },
  press: {
    title: ['The big button at a post', '岗位页的大按钮'],
    states: {
      early: ['the window is not open yet', '还没开放签到', 'phone.act.checkIn', 'phone.act.early'],
      on_time: ['up to the grace’s end', '宽限时间内', 'phone.act.checkIn', 'phone.act.on_time'],
      late: ['after it, before the end', '宽限以后，结束以前', 'phone.act.checkIn', 'phone.act.late'],
      over: ['the shift has ended', '这一班已经结束', 'phone.act.checkIn', 'phone.act.none'],
      none: ['no shift today', '今天没有班', 'phone.act.noneToday', 'phone.act.none', 'phone.act.noShift'],
      unsure: ['the post cannot be read now', '暂时读不到岗位', 'phone.act.checkIn', 'phone.act.unsure'],
      sending: ['the first try is under way', '正在第一次发送', 'phone.act.word.sending'],
      kept: ['pressed before, not arrived yet', '按过了，还没送达', 'phone.act.word.kept', 'phone.result.queued.sub'],
      waits: ['checked in here, waits', '已在这里签到，等确认', 'phone.act.word.waits', 'phone.act.waits'],
      here: ['on duty here', '已在这里到岗', 'phone.act.word.here', 'phone.act.here'],
    },
  },
  result: {
    title: ['What came of a check-in', '签到的结果'],
    states: {
      on_time: ['it counts, in time', '算到岗，准时', 'phone.result.on_time.word', 'phone.result.on_time.sub', 'phone.result.on_time.foot'],
      late: ['it counts, late', '算到岗，迟到', 'phone.result.late.word', 'phone.result.late.sub', 'phone.result.late.foot'],
      waits: ['it is there and waits', '已记录，等确认', 'phone.result.waits.word', 'phone.result.waits.sub', 'phone.result.waits.foot'],
      queued: ['it is in the phone', '还在手机里', 'phone.result.queued.word', 'phone.result.queued.sub', 'phone.result.countsText', 'phone.result.queued.foot'],
      refused: ['it is not possible now', '现在不能签到', 'phone.result.refused.word', 'phone.result.refused.sub', 'phone.result.refused.foot'],
    },
  },
  confirmer: {
    title: ['Who confirms', '谁来确认'],
    states: {
      anybody: ['no leader is there yet', '带班领导还没到', 'phone.result.confirmer.anybody'],
      named: ['a leader is there, another one', '带班领导（不是本人）在岗', 'phone.result.confirmer.named', 'phone.result.askLeader'],
      school: ['the leader himself waits', '本人就是带班领导', 'phone.result.confirmer.school'],
      station: ['he says that he is of the police', '自称民警，未经审核', 'phone.result.confirmer.station'],
    },
  },
  ask: {
    title: ['Whom a guard asks', '有疑问找谁'],
    states: {
      leader: ['teachers, security, volunteers', '教职工、保安、志愿者', 'phone.result.ask.leader'],
      school: ['duty leaders', '带班领导', 'phone.result.ask.school'],
      station: ['police', '民警', 'phone.result.ask.station'],
    },
  },
  flags: {
    title: ['Why a check-in waits', '签到为什么等确认'],
    states: {
      no_fix: flag('confirmed together', '可一起确认', 'no_fix'),
      poor_fix: flag('confirmed together', '可一起确认', 'poor_fix'),
      late_sync: flag('confirmed together', '可一起确认', 'late_sync'),
      outside_fence: ['one by one', '逐个确认', 'flag.outside_fence', 'phone.result.far'],
      impossible_speed: flag('one by one', '逐个确认', 'impossible_speed'),
      stale_code: flag('one by one', '逐个确认', 'stale_code'),
      shared_device: flag('one by one', '逐个确认', 'shared_device'),
      not_approved: flag('one by one', '逐个确认', 'not_approved'),
      not_rostered: ['one by one', '逐个确认', 'flag.not_rostered', 'onDuty.colleagues.notRostered'],
    },
  },
  steps: {
    title: ['The raiser’s alarm', '报警人看到的进展'],
    states: {
      sending: ['on its way', '正在发出', 'alarm.step.sending'],
      undelivered: ['no answer in 5 s', '5 秒没有回音', 'alarm.step.undelivered', 'alarm.sub.undelivered'],
      delivered: ['the platform has it', '平台已收到', 'alarm.step.delivered'],
      recorded: ['a police console has put its raiser aside', '指挥台已搁置报警人', 'alarm.step.recorded', 'alarm.recordedOnly'],
      acknowledged: ['somebody has answered', '有人应答', 'alarm.step.acknowledged'],
      resolved: ['it has ended', '已结束', 'alarm.resolved'],
    },
  },
  strip: {
    title: ['The console’s strip', '指挥台顶栏'],
    states: {
      running: ['a peak runs', '高峰进行中', 'console.strip.schoolDay'],
      next: ['a peak is ahead', '高峰还没开始', 'console.strip.next'],
      ended: ['no peak, one has ended', '没有高峰，上一班已结束', 'console.strip.noPeak', 'console.strip.quietSince'],
      quiet: ['no peak, and none before', '没有高峰，以前也没有过', 'console.strip.noPeak'],
    },
  },
  list: {
    title: ['The console’s list without a gap', '没有缺口时的列表'],
    states: {
      full: ['every post is full', '所有岗位满员', 'console.list.none.full'],
      full_but_off: ['those on duty are full, others are off', '当班的满员，其余没有班', 'console.list.none.full_but_off'],
      no_shift: ['no post has a shift', '没有岗位当班', 'console.list.none.no_shift'],
      filtered: ['the filter lets none through', '筛选后没有岗位', 'console.list.nothing'],
    },
  },
  posts: {
    title: ['A post', '一个岗位'],
    states: {
      full: ['every seat is filled by somebody verified', '每个名额都有已确认的人', 'postState.full'],
      understaffed: ['some seats are', '部分名额有人', 'postState.understaffed'],
      uncovered: ['none is', '没有名额有人', 'postState.uncovered'],
      off_duty: ['no shift now', '现在没有班', 'postState.off_duty', 'console.post.offDuty'],
    },
  },
  tiers: {
    title: ['A tier of an alarm at the console', '指挥台上报警的一级'],
    states: {
      asked: ['up to 15 s after the press', '按下后 15 秒内', 'console.waits.asked'],
      calling: ['later, without an answer', '之后仍没有应答', 'console.waits.calling'],
      coming: ['answered, not there yet', '已应答，还没到场', 'console.waits.coming.2', 'console.waits.coming.3'],
      there: ['its target is met', '目标已达到', 'console.waits.there.1', 'console.waits.there.2', 'console.waits.there.3'],
      ended: ['the alarm ended before', '报警先结束', 'console.waits.ended.calling', 'console.waits.ended.coming'],
    },
  },
  claims: {
    title: ['A guard’s claim under *People*', '「人员」里的审核'],
    states: {
      approved: ['approved by a person or the roster', '由人或排班通过', 'console.guards.isApproved'],
      suspended: ['suspended', '已停用', 'console.guards.isDeclined'],
      closed: ['closed by the guard, who may register anew', '本人注销，可以重新登记', 'console.guards.isClosed'],
      mine: ['waits for whoever looks', '等正在看的人审核', 'console.guards.approve', 'console.guards.decline'],
      byStation: ['police', '民警', 'console.guards.byStation'],
      waits: ['waits for its school', '等学校审核', 'console.guards.waits'],
      byEither: ['handed on to the station', '已转交派出所', 'console.guards.byEither'],
    },
  },
} as const satisfies Record<string, PageStates>

/** The states of one page. */
export type StateOf<P extends keyof typeof STATES> = keyof (typeof STATES)[P]['states']
