import { fileURLToPath } from 'node:url'
import { VantResolver } from '@vant/auto-import-resolver'
import vue from '@vitejs/plugin-vue'
import components from 'unplugin-vue-components/vite'
import { VitePWA } from 'vite-plugin-pwa'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const server = process.env.HUXUE_SERVER ?? 'http://127.0.0.1:8000'

const CONSOLE = /\/src\/(?:console\/|words\/console\.)/
/** What the phone's pages reach without the console's; the service worker keeps nothing else. */
const ofPhone = new Set<string>()
// What the bundler adds by itself (its ids begin so) may be needed by both.
const forConsole = (modules: readonly string[]): boolean => modules.every((id) => !ofPhone.has(id) && !id.startsWith('\0'))

const findPhone: Plugin = {
  name: 'find-phone',
  buildEnd() {
    const follow = (id: string): void => {
      const module = CONSOLE.test(id) || ofPhone.has(id) ? null : this.getModuleInfo(id)
      if (!module) return
      ofPhone.add(id)
      for (const imported of [...module.importedIds, ...module.dynamicallyImportedIds]) follow(imported)
    }
    for (const id of this.getModuleIds()) if (this.getModuleInfo(id)?.isEntry) follow(id)
  },
}

/** What check-in, result and alarm stand on; the rest of the phone loads after it. */
const FIRST = [
  '/src/apply/alarm/alarms',
  '/src/apply/duty/seat-count',
  '/src/lib/feed',
  '/src/lib/format',
  '/src/lib/http',
  '/src/lib/large-text',
  '/src/lib/later-part',
  '/src/lib/outbox',
  '/src/lib/position',
  '/src/lib/server-time',
  '/src/lib/stored-table',
  '/src/lib/vibration',
  '/src/parts/',
  '/src/phone/alarm/raise/',
  '/src/phone/core/DialBar',
  '/src/phone/core/BottomBar',
  '/src/phone/core/PhoneFrame',
  '/src/phone/core/StaleNote',
  '/src/phone/core/TopBar',
  '/src/phone/duty/Ruler',
  '/src/phone/duty/check-in/',
  '/src/state/alarm/alarms',
  '/src/state/core/clock',
  '/src/state/core/feed',
  '/src/state/core/outbox',
  '/src/state/core/phone',
  '/src/state/duty/duty',
  '/src/state/duty/place',
  '/src/state/duty/position-sharing',
  '/src/state/people/session',
  '/src/state/people/sign-out',
  '/src/state/places/scanned-posts',
  '/src/style/base',
  '/src/phone/core/style/phone',
  '/src/style/tokens',
  '/src/words/core/i18n',
  '/src/words/core/say',
  '/src/words/index',
]
/** Parts of both faces that the first load does without. */
const LATER_PARTS = ['/src/parts/ConsentWords', '/src/parts/CallIns', '/src/parts/Nudge', '/src/parts/AwayPeople']

export default defineConfig({
  base: '/',
  plugins: [
    vue(),
    findPhone,
    // Vant's parts alone are found by name; our own are always imported in sight.
    components({ dirs: [], dts: false, resolvers: [VantResolver({ importStyle: false })] }),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      injectRegister: null,
      manifest: {
        name: '护学岗',
        short_name: '护学岗',
        lang: 'zh-CN',
        start_url: '/',
        display: 'standalone',
        background_color: '#f2f5f8',
        theme_color: '#f2f5f8',
        icons: [
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml' },
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
      // The phone's own pages only: console, map and scanner come when they are asked for.
      injectManifest: {
        globPatterns: ['index.html', 'old-browser.js', 'icon.svg', 'icon-192.png', 'badge-96.png', 'assets/*.{js,css}'],
        globIgnores: ['assets/console-*', 'assets/scanner-*'],
      },
    }),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: {
    // Our parts, Vant's and Element Plus's that are used are all written with setup().
    __VUE_OPTIONS_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
  },
  build: {
    outDir: 'dist',
    assetsDir: 'assets',
    // The phones in the field. public/old-browser.js stands in for the page in older ones; scripts/old-browsers.mjs looks.
    target: ['chrome87', 'safari14'],
    cssTarget: ['chrome87', 'safari14'],
    manifest: true,
    // The content policy allows no inlined script or data address for code.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        // The names tell the service worker what only the console needs.
        chunkFileNames: (piece) => (forConsole(piece.moduleIds) ? 'assets/console-[name]-[hash].js' : 'assets/[name]-[hash].js'),
        // One piece for what the check-in page loads: many small ones compress worse and cost a round trip each.
        codeSplitting: {
          groups: [
            {
              name: 'first',
              test: (id) => FIRST.some((part) => id.includes(part)) && !LATER_PARTS.some((part) => id.includes(part)),
              priority: 10,
            },
            // What an alarm tells beside its steps; each piece of its own is named in the first load.
            { name: 'notes', test: /\/(Desk|Outcome|Withdraw)Note\.vue/, priority: 10 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': server, '/socket.io': { target: server, ws: true } } },
  test: { include: ['tests/**/*.test.ts', 'src/**/*.test.ts'], environment: 'node' },
})
