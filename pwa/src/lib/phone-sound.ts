/** The two tones of a call, and the vibration beside them. */
import { shake, vibrate } from './vibration'

let context: AudioContext | null = null

/** Prepare sound in a touch: browsers allow none before. One that a locked screen put to sleep goes on. */
export function prepareSound(): void {
  try {
    context ??= new AudioContext()
    if (context.state !== 'running') void context.resume().catch(() => undefined)
  } catch {
    context = null
  }
}

/** Tell whether a sound would be heard now. */
export function soundReady(): boolean {
  return context?.state === 'running'
}

const TONE_S = 0.22

/** Play the two tones of a dispatch once, at a volume from 0 to 1. */
function dispatchTones(volume: number): void {
  if (!context || context.state !== 'running') return
  const start = context.currentTime
  for (const [index, frequency] of [880, 660].entries()) {
    const tone = context.createOscillator()
    const gain = context.createGain()
    tone.frequency.value = frequency
    gain.gain.value = volume
    tone.connect(gain).connect(context.destination)
    tone.start(start + index * TONE_S)
    tone.stop(start + (index + 1) * TONE_S)
  }
}

const DISPATCH_EVERY_MS = 1_400

/** Call the guard until the time for it is over, and say so; returns what ends it before. */
export function callForDispatch(forMs: number, over: () => void): () => void {
  const began = Date.now()
  const stop = (): void => {
    clearInterval(timer)
    shake([])
  }
  const call = (): void => {
    const past = Date.now() - began
    if (past > forMs) {
      stop()
      return over()
    }
    // A lock of the screen puts the sound to sleep; only one that was never woken needs a touch.
    if (context && context.state !== 'running') prepareSound()
    vibrate('dispatch')
    dispatchTones(Math.min(1, 0.25 + past / forMs))
  }
  const timer = setInterval(call, DISPATCH_EVERY_MS)
  call()
  return stop
}
