/** The only way to the server: JSON in and out (or a file in), refusals as typed errors. */

/** The server said no, with a stable code and facts; the words are in `words/`. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly facts: Record<string, unknown> = {},
    readonly fields: Record<string, unknown> = {},
  ) {
    super(`${status} ${code}`)
    this.name = 'Refusal'
  }
}

/** No answer came: no network, a time-out, or a server that is not there. */
export class Unreachable extends Error {
  constructor(readonly reason: 'offline' | 'timeout') {
    super(reason)
    this.name = 'Unreachable'
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface RequestOptions {
  body?: unknown
  query?: Record<string, string | number | boolean | null | undefined>
  timeoutMs?: number
  signal?: AbortSignal
  /** Keep the answer as long as the session, and let the server say that it is still so. */
  keep?: boolean
}

const DEFAULT_TIMEOUT_MS = 10_000

let csrfToken: string | null = null
/** Answers with their tags, by address: in memory alone, since they name people. */
const kept = new Map<string, { tag: string; text: string }>()
const signedOutListeners = new Set<() => void>()

/** Remember the token that every write of this session carries. */
export function setCsrfToken(token: string | null): void {
  csrfToken = token
  if (!token) kept.clear()
}

/** Call back when an answer says that the session has ended (401). */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener)
  return () => signedOutListeners.delete(listener)
}

function addressOf(path: string, query: RequestOptions['query']): string {
  if (!query) return path
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) search.set(name, String(value))
  }
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

function headersOf(method: Method, body: unknown): Record<string, string> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (body !== undefined) headers['Content-Type'] = body instanceof Blob ? body.type : 'application/json'
  if (method !== 'GET' && csrfToken) headers['X-CSRF-Token'] = csrfToken
  return headers
}

export async function refusalOf(answer: Response): Promise<Refusal> {
  let problem: Record<string, unknown> = {}
  try {
    problem = (await answer.json()) as Record<string, unknown>
  } catch {
    // A proxy's page or an empty body: the status alone must do.
  }
  const code = typeof problem.code === 'string' ? problem.code : `http_${answer.status}`
  return new Refusal(
    answer.status,
    code,
    (problem.facts ?? {}) as Record<string, unknown>,
    (problem.fields ?? {}) as Record<string, unknown>,
  )
}

/** What was kept, with the time of now where it tells one. */
function sameBut<T>(text: string, answer: Response): T {
  const at = answer.headers.get('X-Server-Time')
  const told = JSON.parse(text) as T
  return at ? { ...told, server_time: at } : told
}

/**
 * Ask the server and return its JSON.
 *
 * Throws `Refusal` for a 4xx or 5xx answer, `Unreachable` when none came within `timeoutMs`.
 */
export async function request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  const timer = new AbortController()
  const timeout = setTimeout(() => timer.abort(), options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
  const forward = (): void => timer.abort()
  options.signal?.addEventListener('abort', forward)
  try {
    const address = addressOf(path, options.query)
    const known = options.keep && kept.get(address)
    const headers = headersOf(method, options.body)
    if (known) headers['If-None-Match'] = known.tag
    const answer = await fetch(address, {
      method,
      headers,
      body: options.body instanceof Blob ? options.body : JSON.stringify(options.body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: timer.signal,
    })
    if (known && answer.status === 304) return sameBut(known.text, answer)
    if (!answer.ok) throw await refusalOf(answer)
    const tag = options.keep && answer.headers.get('ETag')
    if (!tag) return (answer.status === 204 ? undefined : await answer.json()) as T
    const text = await answer.text()
    kept.set(address, { tag, text })
    return JSON.parse(text) as T
  } catch (error) {
    if (error instanceof Refusal) {
      if (error.status === 401) signedOutListeners.forEach((listener) => listener())
      throw error
    }
    throw new Unreachable(timer.signal.aborted ? 'timeout' : 'offline')
  } finally {
    clearTimeout(timeout)
    options.signal?.removeEventListener('abort', forward)
  }
}

export const get = <T>(path: string, options?: RequestOptions): Promise<T> => request<T>('GET', path, options)

export const post = <T>(path: string, body: unknown, options?: RequestOptions): Promise<T> =>
  request<T>('POST', path, { ...options, body })

/** Make a new id for a write, so that sending it again does it once. */
export function newRequestId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  // Plain HTTP on another machine's address is no secure context and has no randomUUID.
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
