import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const TOKENS = 'src/style/tokens.css'
const text = (name: string): string => readFileSync(name, 'utf8')
const everything = globSync('src/**/*.{css,vue,ts}').map(text).join('\n')
const namesIn = (source: string, pattern: RegExp): Set<string> => new Set([...source.matchAll(pattern)].map((found) => found[1]!))

describe('design tokens', () => {
  const defined = namesIn(text(TOKENS), /^\s*(--[\w-]+):/gm)

  it('are each used somewhere', () => {
    const used = namesIn(everything, /var\(\s*(--[\w-]+)/g)
    for (const name of namesIn(everything, /['"`](--[\w-]+)['"`]/g)) used.add(name)
    expect([...defined].filter((name) => !used.has(name))).toEqual([])
  })
})
