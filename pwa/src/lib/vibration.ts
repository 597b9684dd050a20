/** Vibration; always with the words on screen, since iOS browsers have none. Sound is in `phone-sound.ts`. */

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

/** Vibrate in a pattern; an empty one ends what is going on. */
export function shake(pattern: number[]): void {
  // Older browsers do not know of activation and throw, or only ignore the call.
  if (navigator.userActivation?.hasBeenActive === false) return
  try {
    navigator.vibrate?.(pattern)
  } catch {
    return
  }
}
