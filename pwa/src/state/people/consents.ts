/** What this guard agreed to: withdrawn as easily as given. */
import { get, newRequestId, post } from '@/lib/http'
import type { Consent, ConsentKind } from '@/lib/wire'

/** The version of the consent texts in `words/`; a changed text is another version. */
export const CONSENT_VERSION = '2026-11'

interface Consents {
  consents: Consent[]
}

export const fetchConsents = async (): Promise<Consent[]> => (await get<Consents>('/api/me/consents')).consents

/** Give or withdraw a consent; answers with all of them. */
export const changeConsent = async (kind: ConsentKind, given: boolean): Promise<Consent[]> =>
  (await post<Consents>('/api/me/consents', { request_id: newRequestId(), kind, version: CONSENT_VERSION, given })).consents

export const inForce = (consents: readonly Consent[], kind: ConsentKind): boolean =>
  consents.some((one) => one.kind === kind && one.withdrawn_at === null)
