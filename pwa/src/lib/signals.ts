/** Vibration and sound; always with the words on screen, since iOS browsers have no vibration. */

export const VIBRATION = {
  on_time: [80],
  late: [80, 80, 80],
  waits: [200, 120, 80],
  queued: [40, 60, 40],
  refused: [400],
  holdTick: [20],
  sent: [300],
  delivered: [120],
  acknowledged: [120, 80, 120, 80, 120],
  undelivered: [600, 200, 600],
  dispatch: [500, 200, 500, 200],
} as const satisfies Record<string, readonly number[]>

/** Vibrate where the phone can; before the first touch on the page no browser lets it. */
export function vibrate(pattern: keyof typeof VIBRATION): void {
  shake([...VIBRATION[pattern]])
}

function shake(pattern: number[]): void {
  // Older browsers do not know of activation and throw, or only ignore the call.
  if (navigator.userActivation?.hasBeenActive === false) return
  try {
    navigator.vibrate?.(pattern)
  } catch {
    return
  }
}

let context: AudioContext | null = null

/** Prepare sound in the first touch: browsers allow none before. */
export function prepareSound(): void {
  try {
    context ??= new AudioContext()
    if (context.state === 'suspended') void context.resume()
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
export function dispatchTones(volume: number): void {
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

/** Call the guard until he answers or the time for it is over; returns what ends it. */
export function callForDispatch(forMs: number): () => void {
  const began = Date.now()
  const call = (): void => {
    const past = Date.now() - began
    if (past > forMs) return stop()
    vibrate('dispatch')
    dispatchTones(Math.min(1, 0.25 + past / forMs))
  }
  const timer = setInterval(call, DISPATCH_EVERY_MS)
  const stop = (): void => {
    clearInterval(timer)
    shake([])
  }
  call()
  return stop
}
