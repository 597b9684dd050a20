import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import consoleEnglish from '@/words/console.en'
import consoleChinese from '@/words/console.zh-CN'
import firstVisitEnglish from '@/words/people/first-visit.en'
import firstVisitChinese from '@/words/people/first-visit.zh-CN'
import jointEnglish from '@/words/alarm/joint.en'
import jointChinese from '@/words/alarm/joint.zh-CN'
import onDutyEnglish from '@/words/duty/on-duty.en'
import onDutyChinese from '@/words/duty/on-duty.zh-CN'
import respondEnglish from '@/words/alarm/respond.en'
import respondChinese from '@/words/alarm/respond.zh-CN'
import english from '@/words/first.en'
import { mergeWords, type Words } from '@/words/core/i18n'
import chinese from '@/words/first.zh-CN'

const merged = (...parts: object[]): Words => parts.reduce<Words>((all, one) => mergeWords(all, one as Words), {})
const zh = merged(chinese, consoleChinese, firstVisitChinese, jointChinese, onDutyChinese, respondChinese)
const en = merged(english, consoleEnglish, firstVisitEnglish, jointEnglish, onDutyEnglish, respondEnglish)

function flat(words: Words, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    const name = path ? `${path}.${key}` : key
    if (typeof value === 'string') found.set(name, value)
    else for (const [inner, text] of flat(value, name)) found.set(inner, text)
  }
  return found
}

const places = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort()

describe('words', () => {
  const [chineseTexts, englishTexts] = [flat(zh), flat(en)]

  it('have the same keys in both languages', () => {
    expect([...englishTexts.keys()].sort()).toEqual([...chineseTexts.keys()].sort())
  })

  it('are never empty, and name no value that the other language does not get', () => {
    for (const [key, text] of chineseTexts) {
      expect(text.trim(), key).not.toBe('')
      expect(englishTexts.get(key)?.trim(), key).not.toBe('')
      expect(places(text), key).toEqual(expect.arrayContaining(places(englishTexts.get(key) ?? '')))
    }
  })

  it('have a sentence for every refusal of the server, and no more', () => {
    const table = readFileSync('../server/core/http/refusals.py', 'utf8')
    const listed = [...table.matchAll(/^ {4}"([a-z_]+)": \d{3},(?: {2}# (.+))?$/gm)]
    const facts = new Map(listed.map(([, code, comment]) => [code!, comment?.split(', ') ?? []]))
    expect(facts.size).toBeGreaterThan(30)
    const ownOfThePwa = ['unknown', 'unreachable', 'unknownTime']
    const everywhere = Object.keys(zh.refusals!).filter((code) => !ownOfThePwa.includes(code))
    const atConsoles = Object.keys(consoleChinese.console.refusals)
    expect([...everywhere, ...atConsoles].sort()).toEqual([...facts.keys()].sort())
    for (const code of everywhere) {
      expect(facts.get(code), code).toEqual(expect.arrayContaining(places(chineseTexts.get(`refusals.${code}`)!)))
    }
    for (const code of atConsoles) {
      expect(facts.get(code), code).toEqual(expect.arrayContaining(places(chineseTexts.get(`console.refusals.${code}`)!)))
    }
  })

  it('say no bare error', () => {
    for (const [key, text] of chineseTexts) expect(text, key).not.toMatch(/失败|错误|审核中/)
  })
})
