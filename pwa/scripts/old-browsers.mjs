/**
 * Reads what was built as the oldest browsers would, and fails on what they do not know: Chrome 87 and Safari 14 for
 * the phone's face, Chrome 100 for the console's.
 *
 * Syntax is what a parser of 2021 takes. The names of newer APIs and of newer CSS stand here, since no package that is
 * installed lists them; in our own source the compiler's `lib` of 2021 finds those of the language too. What somebody
 * tries before use, or what only decorates, stands in TRIED with its reason.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'acorn'

/** Called on something, or standing alone. Newer than Chrome 87 or Safari 14. */
const PHONE_NAMES = [
  'at', 'findLast', 'findLastIndex', 'Object.hasOwn', 'structuredClone', 'crypto.randomUUID', 'WeakRef', 'FinalizationRegistry',
  'BroadcastChannel', 'navigator.locks', 'navigator.wakeLock', 'requestIdleCallback', 'showModal', 'adoptedStyleSheets',
  'Intl.ListFormat', 'Intl.supportedValuesOf', 'formatRange', 'requestVideoFrameCallback', 'OffscreenCanvas', 'reportError',
  'attachInternals', 'CompressionStream', 'MediaSession', 'showPicker', 'BarcodeDetector',
]
/** Newer than Chrome 100 too. */
const NAMES = [
  'toSorted', 'toReversed', 'toSpliced', 'isWellFormed', 'toWellFormed', 'Object.groupBy', 'Map.groupBy', 'Array.fromAsync',
  'Promise.withResolvers', 'Promise.try', 'AbortSignal.timeout', 'AbortSignal.any', 'URL.canParse', 'URL.parse', 'showPopover',
  'togglePopover', 'isDisjointFrom', 'isSubsetOf', 'isSupersetOf', 'symmetricDifference', 'startViewTransition', 'Intl.DurationFormat',
  'RegExp.escape', 'Iterator', 'navigator.connection', 'checkVisibility', 'moveBefore', 'setHTMLUnsafe', 'documentPictureInPicture',
]
/** CSS that is dropped, with what stands there instead. */
const PHONE_CSS = [/:has\(/, /:is\(/, /:where\(/, /(?<![\w-])aspect-ratio:/, /(?<![\w-])inset:/, /(?<![\w-])overflow(?:-[xy])?:\s*clip/]
const CSS = [/color-mix\(/, /@container/, /@layer/, /@scope/, /oklch\(/, /(?<![\w-])text-wrap:/, /&[ .:>+~]/, /[\d.](?:cq[wh]|lh|rlh)\b/, /@starting-style/]
const UNITS = /([\w-]+):[^;{}]*\d(?:[dsl]v[hwb]|[dsl]vmin)\b[^;{}]*/g

/** What is tried before it is used: the name, the piece that may hold it, why. */
const TRIED = new Map([
  // lib/http and the worker try it: the numbers of writes are made by hand elsewhere.
  ['crypto.randomUUID', /^(first-|sw\.js)/],
  // lib/outbox: one page at a time is tidier, not needed.
  ['navigator.locks', /^first-/],
  // lib/screen-lock: the screen goes dark sooner.
  ['navigator.wakeLock', /^calls-/],
  // parts/ConfirmAlarm: a box over the page.
  ['showModal', /^first-/],
  // The router tries it. Vue gives the names of newer methods to lists that it watches; nobody calls them.
  ['startViewTransition', /^first-/],
  ['toReversed', /^first-/],
  ['toSorted', /^first-/],
  ['toSpliced', /^first-/],
  // lib/scanner brings it along; the reader tries the others.
  ['Object.hasOwn', /^scanner-/],
  ['FinalizationRegistry', /^scanner-/],
  ['OffscreenCanvas', /^scanner-/],
])

const GLOBALS = new Set(['structuredClone', 'requestIdleCallback', 'reportError'])
const pieces = Object.values(JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8')))
const ofConsole = new Set(pieces.filter((one) => one.file.startsWith('assets/console-')).flatMap((one) => one.css ?? []))
const isConsole = (name) => name.startsWith('console-') || ofConsole.has(`assets/${name}`)
const problems = []

function* nodes(node) {
  if (!node || typeof node.type !== 'string') return
  yield node
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const one of value) yield* nodes(one)
    else if (value && typeof value === 'object') yield* nodes(value)
  }
}

/** The names that a node uses: `at`, `crypto.randomUUID`, `WeakRef`. */
function namesOf(node) {
  if (node.type === 'NewExpression' && node.callee.type === 'Identifier') return [node.callee.name]
  const called = node.type === 'CallExpression' ? node.callee : node
  if (node.type === 'CallExpression' && called.type === 'Identifier') return GLOBALS.has(called.name) ? [called.name] : []
  if (called.type !== 'MemberExpression' || called.computed) return []
  const whole = called.object.type === 'Identifier' ? [`${called.object.name}.${called.property.name}`] : []
  return node.type === 'CallExpression' ? [called.property.name, ...whole] : whole
}

function readScript(name, text, version, kind) {
  let tree
  try {
    tree = parse(text, { ecmaVersion: version, sourceType: kind })
  } catch (error) {
    problems.push(`${name}: syntax newer than ${version}: ${error.message}`)
    return
  }
  const newer = new Set(isConsole(name) ? NAMES : [...PHONE_NAMES, ...NAMES])
  for (const node of nodes(tree)) {
    if (node.regex && (/\(\?<[=!]/.test(node.regex.pattern) || /[dv]/.test(node.regex.flags))) {
      problems.push(`${name}: a pattern that Safari 14 cannot read: ${node.raw.slice(0, 60)}`)
    }
    for (const found of namesOf(node)) {
      if (newer.has(found) && !TRIED.get(found)?.test(name)) problems.push(`${name}: ${found} … ${text.slice(node.start - 60, node.end).slice(0, 140)}`)
    }
  }
}

function readStyle(name, text) {
  for (const pattern of [...(isConsole(name) ? [] : PHONE_CSS), ...CSS]) {
    const at = text.search(pattern)
    if (at >= 0 && !TRIED.get(String(pattern))?.test(name)) problems.push(`${name}: ${text.slice(Math.max(0, at - 60), at + 60)}`)
  }
  // A newer unit needs an older one before it, which stays where the newer is unknown.
  for (const { 0: line, 1: property, index } of text.matchAll(UNITS)) {
    const rule = text.slice(text.lastIndexOf('{', index), index)
    if (!rule.includes(`${property}:`)) problems.push(`${name}: nothing stands in for ${line}`)
  }
}

for (const name of readdirSync('dist/assets')) {
  const text = () => readFileSync(`dist/assets/${name}`, 'utf8')
  if (name.endsWith('.js')) readScript(name, text(), 2021, 'module')
  if (name.endsWith('.css')) readStyle(name, text())
}
readScript('sw.js', readFileSync('dist/sw.js', 'utf8'), 2021, 'script')
readScript('old-browser.js', readFileSync('dist/old-browser.js', 'utf8'), 5, 'script')

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
console.log('built for Chrome 87 and Safari 14 (phone), Chrome 100 (console)')
