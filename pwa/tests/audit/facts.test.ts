import { describe, expect, it } from 'vitest'
import { actWords, factsSentence, type Speech } from '@/console/audit/facts'
import type { AuditRow } from '@/lib/wire'
import { createTexts, mergeWords, type Words } from '@/words/core/i18n'
import english from '@/words/first.en'
import consoleEnglish from '@/words/console.en'
import chinese from '@/words/first.zh-CN'
import consoleChinese from '@/words/console.zh-CN'

function speech(...words: object[]): Speech {
  const texts = createTexts('any')
  texts.set('any', words.reduce<Words>((all, one) => mergeWords(all, one as Words), {}))
  return { t: texts.t, te: texts.te, sayReason: (reason) => `<${reason}>` }
}

const zh = speech(chinese, consoleChinese)
const en = speech(english, consoleEnglish)

function aRow(act: string, facts: Record<string, unknown>, names: Record<string, string> = {}): AuditRow {
  return { id: 1, at: '2026-11-22T23:36:05Z', act, actor_id: 1, actor_name: null, actor_role: null, subject_id: null, subject_name: null, subject_role: null, shown: [], shown_more: false, facts, names }
}

describe('the audit log in words', () => {
  it('knows acts whose codes have dots', () => {
    expect(actWords('guard.approved', zh)).toBe('审核通过护学员')
    expect(actWords('sign_in.failed', en)).toBe('Wrong password or code')
    expect(actWords('not.known', en)).toBe('not.known')
  })

  it('tells facts as one sentence, with names where they are known', () => {
    const ended = aRow('resolve_alarm', { alarm_id: 12, outcome: 'false', entries: 40, head: 'a'.repeat(64) })
    expect(factsSentence(ended, zh)).toBe('第 12 号报警，结果：误报，经过共 40 条，链尾 aaaaaaaaaaaa。')
    expect(factsSentence(ended, en)).toBe('Alarm no. 12; outcome: False alarm; 40 entries in its course; its chain ends with aaaaaaaaaaaa.')
    expect(factsSentence(aRow('see_people', { post_id: 3 }, { post_id: '青禾第1小学 南门' }), zh)).toBe('岗位：青禾第1小学 南门。')
    expect(factsSentence(aRow('see_people', { post_id: 3 }), zh)).toBe('岗位：#3。')
  })

  it('tells a reason that somebody typed as it was typed', () => {
    expect(factsSentence(aRow('edit_days', { reason: '运动会停课' }), zh)).toBe('原因：运动会停课。')
  })

  it('says yes and no, counts people, and leaves out what is empty', () => {
    expect(factsSentence(aRow('school_day', { date: '2026-11-29', from: null, to: false }), zh)).toBe('2026-11-29，改为不上课。')
    expect(factsSentence(aRow('add_responder', { alarm_id: 1, floor_crossed: false }), zh)).toBe('第 1 号报警。')
    expect(factsSentence(aRow('see_telephones', { alarm_id: 1, account_ids: [4, 5], unit_ids: [] }), zh)).toBe('第 1 号报警，2 人的电话。')
    expect(factsSentence(aRow('watch_positions', { box: [1, 2, 3, 4], people: 9 }), zh)).toBe('9 人。')
    expect(factsSentence(aRow('user.closed', { os_user: 'huxue' }), zh)).toBe('')
    expect(factsSentence(aRow('change_escalation_plan', { kind: 'any', steps: null }), zh)).toBe('所有类型，改回所有类型的步骤。')
  })

  it('tells what was imported and erased, and why somebody was refused', () => {
    expect(factsSentence(aRow('import', { posts: [2, 0, 1], peaks: [0, 0, 0] }), zh)).toBe('岗位新增 2、改 0、删 1。')
    expect(factsSentence(aRow('purge', { position: 500 }), en)).toBe('Positions: 500.')
    expect(factsSentence(aRow('alarm_refused', { alarm_id: 3, tried: 'resolve', code: 'not_found' }), zh)).toMatch(/^第 3 号报警，操作：结束报警，[^a-z_]+。$/u)
    expect(factsSentence(aRow('hook_failed', { alarm_id: 3, reason: 'status_500' }), zh)).toBe('第 3 号报警，原因：<status_500>。')
  })

  it('shows a fact that has no words yet with its name, so that nothing is hidden', () => {
    expect(factsSentence(aRow('see_people', { alarm_id: 2, brand_new: 1 }), zh)).toBe('第 2 号报警，brand_new: 1。')
  })
})
