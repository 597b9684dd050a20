/** The posts whose codes were scanned, kept for a start without network. */
import { get } from '../lib/http'
import { serverNow } from '../lib/server-time'
import type { PostPage } from '../lib/types'

const STORE_KEY = 'huxue.post.'
const LAST_KEY = 'huxue.last-post'

export interface KeptPost {
  page: PostPage
  /** When the server said so (ms); older than the visit when the network is gone. */
  at: number
}

export async function fetchPost(code: string): Promise<PostPage> {
  const page = await get<PostPage>(`/api/posts/${encodeURIComponent(code)}`, { timeoutMs: 8_000 })
  try {
    localStorage.setItem(STORE_KEY + code, JSON.stringify({ page, at: serverNow() } satisfies KeptPost))
    localStorage.setItem(LAST_KEY, JSON.stringify({ code, name: page.name }))
  } catch {
    // No storage: the page works, only not without network.
  }
  return page
}

function read<T>(key: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as T | null
  } catch {
    return null
  }
}

export const keptPost = (code: string): KeptPost | null => read(STORE_KEY + code)
export const lastPost = (): { code: string; name: string } | null => read(LAST_KEY)

const CODE = /(?:\/p\/)?([0-9A-Za-z]{4,20})\/?$/

/** Read a post's code from what was scanned or typed: an address with /p/CODE, or the bare code. */
export function codeIn(text: string): string | null {
  const trimmed = text.trim()
  const path = /^https?:\/\//i.test(trimmed) ? new URL(trimmed).pathname : trimmed
  if (/^https?:\/\//i.test(trimmed) && !path.startsWith('/p/')) return null
  return CODE.exec(path)?.[1]?.toUpperCase() ?? null
}
