/** The keys of all words, as a type: what asks for a word that does not exist is refused by `npm run types`. */
import type joint from './alarm/joint.zh-CN'
import type respond from './alarm/respond.zh-CN'
import type atConsole from './console.zh-CN'
import type onDuty from './duty/on-duty.zh-CN'
import type first from './first.zh-CN'
import type firstVisit from './people/first-visit.zh-CN'

/** The dotted paths of a tree that end at a text. */
type PathsOf<Tree> = {
  [Name in keyof Tree & (number | string)]: Tree[Name] extends string ? `${Name}` : `${Name}.${PathsOf<Tree[Name]>}`
}[keyof Tree & (number | string)]

type LoadedTree = typeof atConsole | typeof first | typeof firstVisit | typeof joint | typeof onDuty | typeof respond

/** The names that follow a prefix: `WordsUnder<'console.act'>` has `raised` for `console.act.raised`. */
export type WordsUnder<Prefix extends string> = WordKey extends infer Key ? (Key extends `${Prefix}.${infer Name}` ? Name : never) : never

/** The key of a word, whichever piece of them it comes with. */
export type WordKey = LoadedTree extends infer Tree ? (Tree extends object ? PathsOf<Tree> : never) : never
