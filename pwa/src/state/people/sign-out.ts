/** Signing out: what the phone keeps of its guard goes first, then the session. */
import { endSession } from './session'

/** End the session here at once, and on the server as soon as it answers. */
export const signOut = (): Promise<void> =>
  endSession(async () => {
    const { leavePhone } = await import('./leave-phone')
    await leavePhone()
  })
