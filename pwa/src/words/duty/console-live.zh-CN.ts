/** The console's posts at this moment: the curve, the filter, the list. */
export default {
  curve: { title: '到岗曲线', dashed: '虚线：应到', spoken: '到岗曲线：已到 {n} 人，应到 {of} 人', none: '高峰开始后显示' },
  filter: {
    label: '筛选岗位',
    search: '学校、岗位、人名、手机后四位',
    station: '派出所',
    school: '学校',
    kind: '类型',
    all: '全部',
    missing: '缺',
    missingGroup: '只看缺{group}的岗位',
    gapsOnly: '只看有缺口',
    clear: '清除筛选',
  },
  list: {
    rail: '报警和岗位',
    gaps: '缺口',
    found: '找到',
    waiting: '等确认',
    worstFirst: '最差在前',
    missingFor: '已缺 {n} 分',
    lacks: '缺{who}',
    nobody: '全缺',
    nothing: '没有符合条件的岗位。',
    none: {
      full: '所有岗位都满员。',
      full_but_off: '当班的 {n} 个岗位都满员，另有 {off} 个现在没有班。',
      no_shift: '现在没有岗位当班。',
    },
  },
  schoolKind: { kindergarten: '幼儿园', primary: '小学', junior: '初中', senior: '高中', nine_year: '九年制', special: '特殊教育' },
}
