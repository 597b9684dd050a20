/** Keeps the screen lit while it matters: a page behind a locked screen rings for nobody. */

let wanted = false
let held: WakeLockSentinel | null = null
let asking = false

// A browser lets go by itself when the page goes out of sight, and refuses when the battery is low.
async function ask(): Promise<void> {
  if (!wanted || held || asking || document.visibilityState !== 'visible' || !navigator.wakeLock) return
  asking = true
  try {
    const lock = await navigator.wakeLock.request('screen')
    lock.addEventListener('release', () => {
      if (held === lock) held = null
    })
    held = lock
  } catch {
    // Refused: the next time that the page comes into sight is another chance.
  } finally {
    asking = false
  }
  if (!wanted) letGo()
}

function letGo(): void {
  const lock = held
  held = null
  void lock?.release().catch(() => undefined)
}

let watching = false

/** Keep the screen lit from now on, or let it go dark again; silent where a browser cannot. */
export function holdScreen(lit: boolean): void {
  wanted = lit
  if (!watching) document.addEventListener('visibilitychange', () => void ask())
  watching = true
  if (lit) void ask()
  else letGo()
}
