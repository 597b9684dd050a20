/** The other half of a cycle of imports, for the test of the lint. */
import { one } from './one'

export const other = (): string => `other, and ${one()}`
