/** What a guard agreed to, and what he is asked anew: on the page of registration, of the record, and on the first one. */
export default {
  more: '阅读全文',
  less: '收起',
  again: '再试一次',
  ask: {
    title: '同意书有变化，请您看一下',
    about: '看完再决定，不急。签到、值岗和报警都不受影响。',
    position: '在您答复之前，平台不接收您的位置。',
    required: '不同意就不能保留账号，可以在「记录」页注销。',
    change: '改了什么：',
    agree: '我同意',
    refuse: '不共享位置',
    later: '以后再说',
    laterSaid: '好的。以后可以在「记录」页答复。',
    done: '已记下，谢谢。',
  },
  texts: { title: '护学员同意的内容', show: '看现行同意书', version: '版本 {version}' },
  mine: {
    given: '{time} 同意',
    withdrawn: '{time} 撤回',
    never: '没有同意',
    older: '您同意的是此前的文本，仍然有效。',
    current: '看现行文本',
  },
}

/** A refusal that is met wherever somebody agrees to something. */
export const refusals = {
  unknown_consent_text: '同意书刚刚更新过，请看过新的内容再决定。',
}
