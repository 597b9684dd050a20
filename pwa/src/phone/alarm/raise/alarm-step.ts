/** The steps of one's own alarm. */
import type { StateOf } from '@/words/core/states'

/** Where the own alarm stands. */
export type AlarmStep = 'none' | StateOf<'steps'>
