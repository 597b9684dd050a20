/** Reads a QR code from the camera; the reader and its WebAssembly come from our own origin. */
import { BarcodeDetector, prepareZXingModule } from 'barcode-detector/ponyfill'
import readerUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'

/** What keeps a code from being read: each asks for something else of the person who holds the phone. */
export type ScanProblem = 'refused' | 'missing' | 'busy' | 'insecure' | 'unsupported' | 'unloaded' | 'none'

// The reader asks for it, Chrome knows it since 93.
const objects = Object as { hasOwn?: (object: object, name: PropertyKey) => boolean }
objects.hasOwn ??= (object, name) => Object.prototype.hasOwnProperty.call(object, name)

/** Ends a scan before it begins, with its reason. */
export class ScanFailed extends Error {
  readonly problem: ScanProblem

  constructor(problem: ScanProblem) {
    super(problem)
    this.problem = problem
  }
}

const PROBLEMS: Record<string, ScanProblem> = {
  NotAllowedError: 'refused',
  SecurityError: 'refused',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
}

const LOOK_EVERY_MS = 180

/** A page that may not run WebAssembly (Chrome before 97 under our policy) reads no codes. */
function mayRead(): boolean {
  try {
    return new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)) instanceof WebAssembly.Module
  } catch {
    return false
  }
}

async function loadReader(): Promise<BarcodeDetector> {
  const overrides = { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? readerUrl : prefix + path) }
  try {
    await prepareZXingModule({ overrides, fireImmediately: true })
  } catch {
    throw new ScanFailed('unloaded')
  }
  return new BarcodeDetector({ formats: ['qr_code'] })
}

async function openCamera(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 } },
      audio: false,
    })
  } catch (error) {
    throw new ScanFailed((error instanceof DOMException && PROBLEMS[error.name]) || 'none')
  }
}

/**
 * Show the camera in `video` and call back with each text read; returns what ends it.
 *
 * Rejects with `ScanFailed`; the camera is asked for only where its picture could be read.
 */
export async function scan(video: HTMLVideoElement, onText: (text: string) => void): Promise<() => void> {
  if (!isSecureContext) throw new ScanFailed('insecure')
  if (!navigator.mediaDevices || !mayRead()) throw new ScanFailed('unsupported')
  const detector = await loadReader()
  const stream = await openCamera()
  let ended = false
  const stop = (): void => {
    ended = true
    stream.getTracks().forEach((track) => track.stop())
    video.srcObject = null
  }
  video.srcObject = stream
  await video.play().catch(() => {
    stop()
    throw new ScanFailed('none')
  })
  const look = async (): Promise<void> => {
    if (ended) return
    if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      const codes = await detector.detect(video).catch(() => [])
      for (const code of codes) if (!ended) onText(code.rawValue)
    }
    setTimeout(() => void look(), LOOK_EVERY_MS)
  }
  void look()
  return stop
}
