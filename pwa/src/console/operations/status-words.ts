/** Which sentence says how a part of the server does, and with which figures. */
import type { StatusItem } from '@/lib/wire'
import type { Texts as AllTexts } from '@/words/core/i18n'

type Texts = Pick<AllTexts, 't' | 'te'>
type Channel = 'socket' | 'push' | 'sms' | 'chat' | 'webhook'

const KB = 1024
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB']
const KINDS: Record<string, string> = { sqlite: 'SQLite', postgresql: 'PostgreSQL' }

/** A number of bytes as people say it: three digits at most. */
function sized(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(1, bytes)) / Math.log(KB)))
  const shown = bytes / KB ** power
  return `${shown < 10 && power ? shown.toFixed(1) : Math.round(shown)} ${UNITS[power]}`
}

/** A number of seconds in the largest unit that has two of it. */
function lasting(seconds: number, { t: say }: Texts): string {
  if (seconds < 120) return say('console.status.seconds', { n: seconds })
  if (seconds < 7200) return say('console.status.minutes', { n: Math.floor(seconds / 60) })
  return say('console.status.hours', { n: Math.floor(seconds / 3600) })
}

/** Which of the sentences of a part fits: mostly the one of its health. */
function sentenceOf({ name, health, facts }: StatusItem): string {
  const unread = name === 'certificate' && health === 'soon' && facts.days === null
  const over = name === 'certificate' && health === 'wrong' && Number(facts.days) < 0
  return unread ? 'unread' : over ? 'over' : health
}

/** Say how a part does, in one sentence. */
export function statusSentence(item: StatusItem, texts: Texts): string {
  const { facts } = item
  const words: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(facts)) if (typeof value === 'number' || typeof value === 'string') words[name] = value
  const bytes = (name: string): string => sized(Number(facts[name] ?? 0))
  const names = (list: unknown): string => (Array.isArray(list) ? list.map((one: Channel) => texts.t(`console.channel.${one}`)).join(texts.t('console.status.and')) : '')
  if (item.name === 'database') Object.assign(words, { kind: KINDS[String(facts.kind)] ?? '', size: bytes('size_bytes') })
  if (item.name === 'disk') Object.assign(words, { free: bytes('free_bytes'), total: bytes('total_bytes') })
  if (item.name === 'channels') Object.assign(words, { set_up: names(facts.set_up), failing: names(facts.failing) })
  if (item.name === 'clock') words.n = Array.isArray(facts.failing) ? facts.failing.length : 0
  if (typeof facts.oldest_s === 'number') words.oldest = lasting(facts.oldest_s, texts)
  if (typeof facts.silent_s === 'number') words.silent = lasting(facts.silent_s, texts)
  const key = `console.status.${item.name}.${sentenceOf(item)}`
  return texts.te(key) ? texts.t(key, words) : ''
}

/** How many parts want a look. */
export const wanting = (items: readonly StatusItem[]): number => items.filter((one) => one.health !== 'fine').length
