/** Reads a QR code from the camera; the reader and its WebAssembly come from our own origin. */
import { BarcodeDetector, prepareZXingModule } from 'barcode-detector/ponyfill'
import readerUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'

export type CameraProblem = 'refused' | 'none' | 'insecure'

const LOOK_EVERY_MS = 180

/** Tell why the camera cannot be used here, null when it can be asked for. */
export function cameraProblem(): CameraProblem | null {
  if (!isSecureContext) return 'insecure'
  return navigator.mediaDevices ? null : 'none'
}

/**
 * Show the camera in `video` and call back with each text read; returns what ends it.
 *
 * Rejects with the browser's error when the camera is refused or missing.
 */
export async function scan(video: HTMLVideoElement, onText: (text: string) => void): Promise<() => void> {
  prepareZXingModule({
    overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? readerUrl : prefix + path) },
  })
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 } },
    audio: false,
  })
  const detector = new BarcodeDetector({ formats: ['qr_code'] })
  let ended = false
  const stop = (): void => {
    ended = true
    stream.getTracks().forEach((track) => track.stop())
    video.srcObject = null
  }
  video.srcObject = stream
  await video.play()
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
