/** One half of a cycle of imports, for the test of the lint. */
import { other } from './other'

export const one = (): string => `one, and ${other()}`
