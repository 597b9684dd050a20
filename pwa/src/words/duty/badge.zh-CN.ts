/** 胸牌：带班领导扫码，帮没带手机的人签到、签退。 */
export default {
  badge: {
    scan: '扫胸牌',
    title: '扫胸牌',
    opening: '正在打开相机…',
    unloaded: '扫码部件没有下载下来，请在有网络时再试，或按姓名查找。',
    none: '打不开相机，请按姓名查找。',
    camera: '相机画面',
    found: '{name}',
    in: '签到',
    out: '签退',
    another: '扫下一个',
    byName: '按姓名查找',
    isIn: '{name} 已凭胸牌签到',
    isOut: '{name} 已签退',
    asking: '正在核对…',
    outByName: '签退 {name}',
  },
}

export const refusals = {
  badge_forged: '这不是本平台的胸牌，没有签到。',
  badge_revoked: '这张胸牌已作废（可能报失过），请本人拿新的，或按姓名查找。',
  badge_foreign: '这张胸牌是别的学校的人，不能在这里签到。',
  badge_suspended: '这个人的账号已停用，不能签到。',
  checks_out_himself: '他是用自己的手机签到的，请本人签退。',
}
