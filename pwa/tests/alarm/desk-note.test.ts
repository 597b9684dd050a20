import { describe, expect, it } from 'vitest'
import { deskNote } from '@/apply/alarm/desk-note'
import type { Alarm } from '@/lib/wire'

const alarmWith = (...timeline: [act: string, actor: number | null, text: string][]): Alarm =>
  ({
    reporters: [{ account_id: 1 }],
    responses: [{ account_id: 2 }],
    timeline: timeline.map(([act, actor_id, text], id) => ({ id, act, actor_id, at: '', facts: { text } })),
  }) as unknown as Alarm

describe('what the console writes', () => {
  it('is its newest note, whatever others wrote or did since', () => {
    const alarm = alarmWith(['note', 9, 'first'], ['note', 9, 'from the north'], ['note', 2, 'mine'], ['withdrawal', 1, 'sorry'], ['responding', 9, ''])
    expect(deskNote(alarm)?.facts.text).toBe('from the north')
  })

  it('is nothing where only those on the alarm wrote', () => {
    expect(deskNote(alarmWith(['note', 1, 'x'], ['note', 2, 'y']))).toBeNull()
  })
})
