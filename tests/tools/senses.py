"""What a phone's holder would hear, feel and see: noted at the edge of the browser, where our code ends."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

# Before any script of the page: every sound that starts, every vibration, every hold on the screen.
NOTES = """(() => {
  const notes = { tones: [], shaken: [], awake: 0, asked: 0 }
  window.senses = notes
  const start = OscillatorNode.prototype.start
  OscillatorNode.prototype.start = function (...when) {
    notes.tones.push(this.frequency.value)
    return start.apply(this, when)
  }
  navigator.vibrate = (pattern) => {
    if (pattern.length) notes.shaken.push(pattern)
    return true
  }
  const held = () => {
    const lock = new EventTarget()
    lock.released = false
    lock.release = async () => {
      if (lock.released) return
      lock.released = true
      notes.awake -= 1
      lock.dispatchEvent(new Event('release'))
    }
    return lock
  }
  const locks = []
  Object.defineProperty(navigator, 'wakeLock', { configurable: true, value: {
    async request() {
      if (document.visibilityState !== 'visible') throw new DOMException('hidden', 'NotAllowedError')
      notes.asked += 1
      notes.awake += 1
      const lock = held()
      locks.push(lock)
      return lock
    },
  } })
  // A browser lets go by itself when its page goes out of sight.
  notes.hide = (hidden) => {
    const state = { configurable: true, get: () => (hidden ? 'hidden' : 'visible') }
    Object.defineProperty(document, 'visibilityState', state)
    if (hidden) for (const lock of locks) void lock.release()
    document.dispatchEvent(new Event('visibilitychange'))
  }
})()"""


@dataclass(frozen=True, slots=True)
class Senses:
    """A page whose sounds, vibrations and hold on the screen are noted from its next start."""

    page: Page

    def note(self) -> None:
        """Begin with the next document."""
        self.page.add_init_script(NOTES)

    def tones(self) -> list[float]:
        """List the pitches of the sounds that were started, in order."""
        return self._read("tones")

    def shaken(self) -> list[list[int]]:
        """List the vibrations, in order."""
        return self._read("shaken")

    def forget(self) -> None:
        """Begin the lists anew."""
        self.page.evaluate("() => { senses.tones.length = 0; senses.shaken.length = 0 }")

    def until_rung(self, ms: float) -> None:
        """Wait until the two tones of a call have sounded and the phone has shaken."""
        self.page.wait_for_function("() => senses.tones.length >= 2 && senses.shaken.length", timeout=ms)

    def until_awake(self, ms: float, *, holds: bool = True) -> None:
        """Wait until the page keeps the screen lit, by one hold, or has let go."""
        self.page.wait_for_function(f"() => senses.awake === {int(holds)}", timeout=ms)

    def hide(self, *, hidden: bool = True) -> None:
        """Lock the phone as far as its page can tell, or unlock it."""
        self.page.evaluate(f"() => senses.hide({str(hidden).lower()})")

    def _read(self, name: str) -> Any:
        return self.page.evaluate(f"() => senses.{name}")
