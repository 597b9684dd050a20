/** The last of a list. `list.at(-1)` is unknown to Chrome 87 and Safari 14. */
export const lastOf = <T>(list: readonly T[]): T | undefined => list[list.length - 1]
