/** Who of each tier has answered: those on the spot, those of other posts, the police. */
import { acknowledgements } from '@/apply/alarm/acknowledgements'
import { isPolice } from '@/apply/people/police'
import type { Alarm, AlarmLadder, AlarmResponse, Id, Tier } from '@/lib/wire'

export interface TierAnswer {
  tier: Tier
  phase: AlarmLadder['phase']
  /** Who answered, those on scene first; nobody of them stands for a console. */
  answered: AlarmResponse[]
  /** How many were asked and have not answered. */
  asked: number
  /** How many were called at all, those too who cannot or have left. */
  called: number
  /** Who took notice at a console of the police, where no officer goes yet. */
  console: Id | null
  /** Kept back for now, until a console has looked or its time is over: nobody was called yet. */
  held: boolean
  /** Such a one did, and who is not for me to know. */
  desk: boolean
}

/** Tell tier by tier who answered, for the phone that raised the alarm. */
export function answersByTier(alarm: Alarm, mine: Id | null): TierAnswer[] {
  const nameless = alarm.responses.some((one) => one.account_id === null)
  return alarm.ladders.map(({ tier, phase }) => {
    const own = alarm.responses.filter((one) => (mine === null || one.account_id !== mine) && belongs(one, tier))
    const having = (state: AlarmResponse['state']): AlarmResponse[] => own.filter((one) => one.state === state)
    const there = having('on_scene')
    const answered = [...there.filter((one) => !one.off_scene), ...having('responding'), ...there.filter((one) => one.off_scene)]
    return {
      tier,
      phase,
      answered,
      called: own.length,
      asked: having('notified').length + having('timed_out').length,
      console: tier === 3 && !answered.length ? policeConsole(alarm) : null,
      held: tier === 2 && alarm.held_until !== null,
      desk: tier === 3 && !answered.length && nameless && phase === 'coming',
    }
  })
}

/** An officer counts for the police wherever he came from, as on the server. */
function belongs(response: AlarmResponse, tier: number): boolean {
  return tier === 3 ? response.group === 'police' : response.tier === tier
}

function policeConsole(alarm: Alarm): Id | null {
  const entry = acknowledgements(alarm).find((one) => isPolice(one.facts.role))
  return entry?.actor_id ?? null
}
