/** The table of states, the words of the pages and the documents are one: `make states` writes the documents anew. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import consoleEnglish from '@/words/console.en'
import consoleChinese from '@/words/console.zh-CN'
import english from '@/words/first.en'
import { mergeWords, type Words } from '@/words/core/i18n'
import onDutyEnglish from '@/words/duty/on-duty.en'
import onDutyChinese from '@/words/duty/on-duty.zh-CN'
import { STATES } from '@/words/core/states'
import chinese from '@/words/first.zh-CN'

const merged = (...parts: object[]): Words => parts.reduce<Words>((all, one) => mergeWords(all, one as Words), {})
const words = [merged(english, consoleEnglish, onDutyEnglish), merged(chinese, consoleChinese, onDutyChinese)] as const

function find(tree: Words, key: string): string {
  const found = key.split('.').reduce<string | Words | undefined>((at, part) => (typeof at === 'object' ? at[part] : undefined), tree)
  if (typeof found !== 'string') throw new Error(`no words for ${key}`)
  return found
}

const HEADS = [
  {
    title: 'States and sentences',
    other: '[中文](states.zh-CN.md)',
    about: 'What each page can be in, and what it then says, word by word. `{…}` stands for a value. This page is made by `make states` from the table that the pages use (`pwa/src/words/core/states.ts`).',
    columns: '| state | when | sentences |',
  },
  {
    title: '状态和用语',
    other: '[English](states.md)',
    about: '每个页面可能处于的状态，以及那时显示的原话。`{…}` 代表数值。本页由 `make states` 从页面自己用的表（`pwa/src/words/core/states.ts`）生成。',
    columns: '| 状态 | 什么时候 | 用语 |',
  },
]

/** Write the document of a language: 0 English, 1 Chinese. */
function page(language: 0 | 1): string {
  const head = HEADS[language]!
  const sections = Object.values(STATES).map(({ title, states }) => {
    const rows = Object.entries(states).map(([name, state]) => {
      const [inEnglish, inChinese, ...keys] = state as readonly [string, string, ...string[]]
      const said = keys.map((key) => find(words[language], key)).join(' / ')
      return `| \`${name}\` | ${language ? inChinese : inEnglish} | ${said} |`
    })
    return [`## ${title[language]}`, '', head.columns, '| --- | --- | --- |', ...rows].join('\n')
  })
  return [`# ${head.title}`, head.other, head.about, ...sections].join('\n\n') + '\n'
}

describe('states', () => {
  it.each([
    ['states.md', 0],
    ['states.zh-CN.md', 1],
  ] as const)('docs/%s is what the table makes', async (name, language) => {
    await expect(page(language)).toMatchFileSnapshot(`../../../docs/${name}`)
  })

  it('has every word of a state that a page picks by its name', () => {
    const picked = {
      'phone.result.confirmer': STATES.confirmer.states,
      'phone.result.ask': STATES.ask.states,
      'console.list.none': STATES.list.states,
      postState: STATES.posts.states,
      flag: STATES.flags.states,
    }
    for (const [path, states] of Object.entries(picked)) {
      const there = path.split('.').reduce<Words | string>((at, part) => (at as Words)[part]!, words[1]) as Words
      const others = ['clock_skew', 'datum_unsure', 'filtered']
      expect(Object.keys(there).filter((one) => !others.includes(one)).sort(), path).toEqual(
        Object.keys(states).filter((one) => !others.includes(one)).sort(),
      )
    }
  })

  it('lists the flags that wait for a human, as the server has them', () => {
    const table = readFileSync('../server/duty/rules/trust.py', 'utf8')
    const flags = [...table.matchAll(/^ {4}[A-Z_]+ = "([a-z_]+)"$/gm)].map((match) => match[1]!).filter((one) => !['current', 'stale', 'expired'].includes(one))
    expect(Object.keys(STATES.flags.states).sort()).toEqual(flags.filter((one) => !['clock_skew', 'datum_unsure'].includes(one)).sort())
  })
})
