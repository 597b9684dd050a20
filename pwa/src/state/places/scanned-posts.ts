/** The posts whose codes were scanned, kept for a start without network. */
import { get } from '@/lib/http'
import { serverNow } from '@/lib/server-time'
import type { PostPage } from '@/lib/wire'

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

/**
 * Read a post's code from what was scanned or typed: an address with /p/CODE, with or without scheme, query and
 * fragment, or the bare code; in any letter case.
 */
export function codeIn(text: string): string | null {
  const plain = text.normalize('NFKC').replace(/[\s\p{Cf}]/gu, '')
  const [path = ''] = plain.split(/[?#]/, 1)
  const found = /^[^/]*(?:\/\/[^/]+)?\/p\/([0-9a-z]{4,20})(?!\w)/i.exec(path) ?? /^[^\w/.]*([0-9a-z]{4,20})[^\w/.]*$/i.exec(path)
  return found?.[1]?.toUpperCase() ?? null
}
