import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import chineseCommon from '@/words/core/common.zh-CN'
import chinese from '@/words/console.zh-CN'
import english from '@/words/console.en'
import type { Words } from '@/words'

const SOURCES = ['src/console', 'src/state']

/** Every text of a tree by its path. */
function texts(tree: Words, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(path + key, value)
    else for (const [inner, text] of texts(value, `${path}${key}.`)) found.set(inner, text)
  }
  return found
}

function sources(): string[] {
  return SOURCES.flatMap((folder) =>
    readdirSync(join(__dirname, '../..', folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|vue)$/u.test(file))
      .map((file) => readFileSync(join(__dirname, '../..', folder, file), 'utf8')),
  )
}

const inChinese = texts(chinese)
const inEnglish = texts(english)

describe('the console\'s words', () => {
  it('are the same in both languages, with the same values in them', () => {
    expect([...inEnglish.keys()].sort()).toEqual([...inChinese.keys()].sort())
    const values = (text: string | undefined): string[] => (text?.match(/\{\w+\}/gu) ?? []).sort()
    // The brand carries the district's name in Chinese only.
    const differing = [...inChinese.keys()].filter(
      (key) => key !== 'console.bar.brand' && String(values(inChinese.get(key))) !== String(values(inEnglish.get(key))),
    )
    expect(differing).toEqual([])
  })

  it('never name a colour', () => {
    const coloured = [...inChinese].filter(([, text]) => /[红绿黄蓝紫]色/u.test(text))
    expect(coloured).toEqual([])
  })

  it('have a word for every kind of alarm, response and act the server knows', () => {
    const acts = ['raised', 'kind_told', 'notified', 'responding', 'declined', 'timed_out', 'on_scene', 'left', 'withdrawn', 'released', 'added', 'acknowledged', 'further_report', 'note', 'withdrawal', 'resolved']
    expect(acts.filter((act) => !inChinese.has(`console.act.${act}`))).toEqual([])
    expect(Object.keys(chineseCommon.alarmKind)).toContain('unknown')
  })
})

describe('a question before an act', () => {
  it('has a way back that is called unlike every act that it may stand beside', () => {
    const asked = sources().flatMap((source) => [...source.matchAll(/<SureButton[^>]*:words="t\('([\w.]+)'\)"/gu)].map((match) => match[1] ?? ''))
    expect(asked.length).toBeGreaterThan(5)
    for (const words of [inChinese, inEnglish]) expect(asked.map((key) => words.get(key))).not.toContain(words.get('console.devices.keep'))
  })
})
