/** Measures the first load of the check-in page: JS and CSS, gzipped, against the agreed 80 KB. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const LIMIT_KB = 80
const manifest = JSON.parse(readFileSync('dist/.vite/manifest.json', 'utf8'))
const files = new Set(['old-browser.js'])

function take(key) {
  const piece = manifest[key]
  if (!piece || files.has(piece.file)) return
  files.add(piece.file)
  for (const css of piece.css ?? []) files.add(css)
  for (const more of piece.imports ?? []) take(more)
}

take('index.html')
// One language is loaded before anything is shown.
take('src/words/first.zh-CN.ts')

let total = 0
for (const file of files) {
  const size = gzipSync(readFileSync(`dist/${file}`)).length / 1024
  total += size
  console.log(`${size.toFixed(1).padStart(7)} KB  ${file}`)
}
console.log(`first load of the check-in page: ${total.toFixed(1)} KB gzipped, limit ${LIMIT_KB} KB`)
if (total > LIMIT_KB) process.exit(1)
