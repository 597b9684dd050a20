/** Sends a file and says how much of it has gone out, which `fetch` does not tell. */
import { Refusal, refusalOf, Unreachable } from './http'

export interface UploadOptions {
  headers: Record<string, string>
  /** Called with the share that is out, 0 to 1. */
  onProgress(share: number): void
  signal: AbortSignal
  /** Given up when nothing more goes out, and no answer comes, for so long. */
  silentMs: number
}

/** Send a file; resolves with the answer's JSON. Throws `Refusal` and `Unreachable` as `request` does. */
export function upload<T>(path: string, body: Blob, options: UploadOptions): Promise<T> {
  return new Promise((resolve, reject) => {
    const line = new XMLHttpRequest()
    let timer: ReturnType<typeof setTimeout> | undefined
    const abort = (): void => line.abort()
    function heard(): void {
      clearTimeout(timer)
      timer = setTimeout(abort, options.silentMs)
    }
    function end(): void {
      clearTimeout(timer)
      options.signal.removeEventListener('abort', abort)
    }
    function fail(reason: 'offline' | 'timeout'): void {
      end()
      reject(new Unreachable(reason))
    }
    line.open('POST', path)
    for (const [name, value] of Object.entries(options.headers)) line.setRequestHeader(name, value)
    line.upload.onprogress = (event) => {
      heard()
      if (event.lengthComputable) options.onProgress(event.loaded / event.total)
    }
    line.onerror = () => fail('offline')
    line.onabort = () => fail('timeout')
    line.onload = () => {
      end()
      const answer = new Response(line.responseText, { status: line.status })
      if (answer.ok) void answer.json().then((told) => resolve(told as T), reject)
      else void refusalOf(answer).then((refusal: Refusal) => reject(refusal))
    }
    options.signal.addEventListener('abort', abort)
    heard()
    line.send(body)
  })
}
