/** The words of consents, and answering them: withdrawn as easily as given. */
import { get, newRequestId, post } from '@/lib/http'
import type { Consent, ConsentKind, ConsentText, ConsentTexts } from '@/lib/wire'

/** The texts in force where a post's code leads, for whoever registers there. */
export const fetchTextsAt = async (code: string): Promise<ConsentText[]> =>
  (await get<ConsentTexts>('/api/consent-texts', { query: { post_code: code } })).items[0]?.texts ?? []

/** Give or withdraw a consent to the words that were shown; answers with all consents. */
export const changeConsent = async (kind: ConsentKind, version: string, given: boolean): Promise<Consent[]> =>
  (await post<{ consents: Consent[] }>('/api/me/consents', { request_id: newRequestId(), kind, version, given })).consents
