/** 服务证明：护学员自己开，任何人凭编号查。 */
export default {
  certificates: {
    title: '服务证明',
    about: '选好月份，生成带编号和二维码的 PDF。任何人扫码都能查到它是否有效，查不到您的姓名和时长。',
    from: '从',
    to: '到',
    make: '生成证明',
    waiting: '排队中…',
    making: '正在生成…',
    failed: '没有做成，请再生成一次。',
    fetch: '下载 PDF',
    paper: '再取 PDF',
    period: '{since} 至 {until}',
    time: '{hours} 小时 {minutes} 分・到岗 {n} 次',
    number: '编号 {number}',
    revoked: '{day}作废：{reason}',
    again: '重试',
  },
  genuine: {
    title: '查验服务证明',
    number: '编号',
    looking: '正在查…',
    yes: '有效',
    yesLong: '这个编号是护学岗平台出具的服务证明。',
    no: '已作废',
    noLong: '这个编号的证明已经作废，不能再用。',
    unknown: '查无此编号',
    unknownLong: '平台没有出具过这个编号的证明。请核对纸上的编号。',
    issued: '出具日期',
    revokedOn: '作废日期',
    about: '这里只说编号是否有效。姓名、时长请看纸上的内容，并核对单位盖章。',
    again: '重试',
  },
}

export const refusals = {
  bad_months: '月份不对：先后要对，也不能是还没到的月份。',
  still_adding_up: '这些月份还有改动在计算，请一分钟后再生成。',
  no_service: '这些月份没有服务时长，开不出证明。',
  certificate_revoked: '这张证明已经作废。',
  unknown_certificate: '平台没有出具过这个编号的证明。',
}
