/** What this guard agreed to. */
import { get } from '@/lib/http'
import type { Consent, ConsentKind, OwnConsents } from '@/lib/wire'

export const fetchConsents = (): Promise<OwnConsents> => get('/api/me/consents')

/** Whether a consent counts; a server of the release before does not say that a changed text asks anew. */
export const inForce = (consents: readonly Consent[], kind: ConsentKind): boolean =>
  consents.some((one) => one.kind === kind && one.withdrawn_at === null && (one.counts as boolean | undefined) !== false)
