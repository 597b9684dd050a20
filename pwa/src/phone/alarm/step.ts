import type { StateOf } from '../../words/states'

/** Where the own alarm stands. */
export type AlarmStep = 'none' | StateOf<'steps'>
