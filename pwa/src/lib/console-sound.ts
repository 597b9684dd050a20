/** The sounds of a console. */
const RING_EVERY_MS = 2_000

type Beep = { hertz: number; at: number; seconds: number }

const TWO_TONES: Beep[] = [
  { hertz: 740, at: 0, seconds: 0.32 },
  { hertz: 990, at: 0.36, seconds: 0.42 },
]
const TARGET_MISSED: Beep[] = [0, 0.18, 0.36].map((at) => ({ hertz: 990, at, seconds: 0.11 }))
const CALLED_AGAIN: Beep[] = [0, 0.2].map((at) => ({ hertz: 740, at, seconds: 0.12 }))
const ASIDE_PRESSED: Beep[] = [{ hertz: 520, at: 0, seconds: 0.2 }]
const CONNECTION_LOST: Beep[] = [{ hertz: 330, at: 0, seconds: 0.5 }]

/** The console's sounds; browsers keep them silent until the first click, which `unlock` uses. */
export class ConsoleSound {
  private context: AudioContext | null = null
  private timer: number | undefined

  /** Whether the browser lets this page be heard. */
  get on(): boolean {
    return this.context?.state === 'running'
  }

  /** Ask for sound; only within a click or key press does it succeed. Answers whether it is on now. */
  async unlock(): Promise<boolean> {
    this.context ??= new AudioContext()
    if (this.context.state === 'suspended') await this.context.resume()
    return this.on
  }

  /** Ring two tones every two seconds, from now until told otherwise. */
  ring(wanted: boolean): void {
    if (!wanted) {
      window.clearInterval(this.timer)
      this.timer = undefined
      return
    }
    if (this.timer !== undefined) return
    this.play(TWO_TONES)
    this.timer = window.setInterval(() => this.play(TWO_TONES), RING_EVERY_MS)
  }

  /** Three short tones: a target passed without being met. */
  targetMissed(): void {
    this.play(TARGET_MISSED)
  }

  /** Two short tones: a step was taken once more, since the alarm is still open. */
  calledAgain(): void {
    this.play(CALLED_AGAIN)
  }

  /** One short tone: somebody who was put aside has pressed. */
  asidePressed(): void {
    this.play(ASIDE_PRESSED)
  }

  /** One low tone: the connection is lost. */
  connectionLost(): void {
    this.play(CONNECTION_LOST)
  }

  private play(beeps: readonly Beep[]): void {
    const context = this.context
    if (!context || context.state !== 'running') return
    for (const beep of beeps) {
      const tone = context.createOscillator()
      const volume = context.createGain()
      const start = context.currentTime + beep.at
      tone.type = 'triangle'
      tone.frequency.value = beep.hertz
      volume.gain.setValueAtTime(0, start)
      volume.gain.linearRampToValueAtTime(0.5, start + 0.02)
      volume.gain.setValueAtTime(0.5, start + beep.seconds - 0.04)
      volume.gain.linearRampToValueAtTime(0, start + beep.seconds)
      tone.connect(volume).connect(context.destination)
      tone.start(start)
      tone.stop(start + beep.seconds)
    }
  }
}
