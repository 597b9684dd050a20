/** Who is signed in on this phone. Kept for the next start without network, less its token. */
import { computed, reactive, readonly } from 'vue'
import { get, onSignedOut, post, Refusal, request, setCsrfToken } from '@/lib/http'
import type { CodeRequest, DemoMessage, DemoPerson, Id, Me, SignedIn } from '@/lib/wire'
import { setServerTime } from '@/state/core/clock'

const STORE_KEY = 'huxue.me'

interface SessionState {
  me: Me | null
  /** False until the first answer of the server, or the first sign that there is none. */
  asked: boolean
  /** The server did not answer; `me` is what the phone remembers. */
  remembered: boolean
  /** The server ended it, not the guard: another phone, or too long ago. */
  ended: boolean
}

const state = reactive<SessionState>({ me: null, asked: false, remembered: false, ended: false })

export const session = readonly(state) as Readonly<SessionState>
export const account = computed(() => state.me?.account ?? null)
export const isSuspended = computed(() => state.me?.account.status === 'suspended')
export const isGuard = computed(() => state.me?.account.role === 'guard')

function remember(me: Me | null): void {
  try {
    if (me) localStorage.setItem(STORE_KEY, JSON.stringify({ ...me, csrf_token: '' }))
    else localStorage.removeItem(STORE_KEY)
  } catch {
    // Private windows may refuse to store: the next start asks the server.
  }
}

function recalled(): Me | null {
  try {
    return JSON.parse(localStorage.getItem(STORE_KEY) ?? 'null') as Me | null
  } catch {
    return null
  }
}

/** Take a session that was asked for at a moment of the phone's clock (ms). */
function adopt(me: Me, askedAt: number): void {
  state.me = me
  state.asked = true
  state.remembered = false
  state.ended = false
  setCsrfToken(me.csrf_token)
  setServerTime(me.server_time, askedAt)
  remember(me)
}

function forget(): void {
  state.me = null
  state.asked = true
  state.remembered = false
  setCsrfToken(null)
  remember(null)
}

/** Somebody signed out where nothing answered: it is done with the first answer, before anything else. */
const LEAVING_KEY = 'huxue.leaving'

function leaving(): boolean {
  try {
    return localStorage.getItem(LEAVING_KEY) !== null
  } catch {
    return false
  }
}

function setLeaving(is: boolean): void {
  try {
    if (is) localStorage.setItem(LEAVING_KEY, '1')
    else localStorage.removeItem(LEAVING_KEY)
  } catch {
    // Without storage a sign-out without network ends with the page.
  }
}

/** End a session that was left without network. Its token is asked for, since it was not kept. */
async function leave(): Promise<void> {
  const me = await get<Me>('/api/me', { timeoutMs: 6_000, keep: true })
  setCsrfToken(me.csrf_token)
  await request('DELETE', '/api/session')
  setLeaving(false)
  forget()
}

/** Ask the server who I am; without an answer, believe what the phone remembers. */
export async function loadSession(): Promise<void> {
  const askedAt = Date.now()
  try {
    if (leaving()) await leave()
    else adopt(await get<Me>('/api/me', { timeoutMs: 6_000, keep: true }), askedAt)
  } catch (error) {
    if (error instanceof Refusal && error.status < 500) {
      setLeaving(false)
      forget()
    } else if (leaving()) {
      forget()
    } else {
      state.me ??= recalled()
      state.remembered = state.me !== null
    }
  } finally {
    state.asked = true
  }
}

/** Ask for a one-time code; the answer never tells whether the telephone is known. */
export const askForCode = (phone: string): Promise<CodeRequest> => post('/api/session/codes', { phone })

async function adoptAnswer(answer: Promise<SignedIn>): Promise<SignedIn> {
  const askedAt = Date.now()
  const signedIn = await answer
  if (signedIn.me) {
    setLeaving(false)
    adopt(signedIn.me, askedAt)
  }
  return signedIn
}

/** Give the code back: a known telephone is signed in, an unknown one gets a ticket to register. */
export const signInWithCode = (codeRequest: string, code: string): Promise<SignedIn> =>
  adoptAnswer(post('/api/session', { request: codeRequest, code }))

/** Sign a console account in. */
export const signInWithPassword = (body: Record<string, string>): Promise<SignedIn> => adoptAnswer(post('/api/session/password', body))

/** Register with the ticket of a code's check. */
export const register = (body: Record<string, unknown>): Promise<SignedIn> => adoptAnswer(post('/api/guards', body))

/** List the people of the demo district that one click signs in. */
export const demoPeople = async (): Promise<DemoPerson[]> =>
  (await get<{ people: DemoPerson[] }>('/api/demo/people')).people

export const signInDemo = (who: string): Promise<SignedIn> => adoptAnswer(post('/api/demo/sessions', { who }))

/** Read the messages that the demo sent instead of an SMS. */
export const demoMessages = async (codeRequest: string): Promise<DemoMessage[]> =>
  (await get<{ messages: DemoMessage[] }>('/api/demo/messages', { query: { request: codeRequest } })).messages

/** End the session here at once, and on the server as soon as it answers; `before` runs while it still holds. */
export async function endSession(before: () => Promise<void>): Promise<void> {
  setLeaving(true)
  try {
    await before()
    await request('DELETE', '/api/session')
    setLeaving(false)
  } catch (error) {
    // Ended already: nothing is left to end.
    if (error instanceof Refusal && error.status === 401) setLeaving(false)
  } finally {
    forget()
    state.ended = false
  }
}

/** Show that the school or station has decided about this account. */
export function setAccountStatus(accountId: Id, status: Me['account']['status']): void {
  if (state.me?.account.id === accountId) state.me.account.status = status
}

onSignedOut(() => {
  if (!state.me || state.remembered) return
  forget()
  state.ended = true
})
