import { describe, expect, it } from 'vitest'
import { deskNote } from '@/apply/alarm/desk-note'
import type { Alarm, Role } from '@/lib/wire'

const alarmWith = (...timeline: [act: string, role: Role | null, text: string][]): Alarm =>
  ({
    reporters: [{ account_id: 9 }],
    responses: [{ account_id: 2 }],
    timeline: timeline.map(([act, role, text], id) => ({ id, act, actor_id: 9, at: '', facts: { text, ...(role && { at_console: true, role }) } })),
  }) as unknown as Alarm

describe('what the console writes', () => {
  it('is its newest note, whatever others wrote or did since, also where it reported the alarm itself', () => {
    const alarm = alarmWith(['note', 'dispatcher', 'first'], ['note', 'station_officer', 'from the north'], ['note', null, 'mine'], ['withdrawal', null, 'sorry'], ['acknowledged', 'dispatcher', ''])
    expect(deskNote(alarm)?.facts.text).toBe('from the north')
  })

  it('is nothing where others wrote, whoever of them is named among those on the alarm', () => {
    expect(deskNote(alarmWith(['note', null, 'go home'], ['note', 'school_admin', 'y']))).toBeNull()
  })
})
