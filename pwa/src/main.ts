/** The start of both faces: language, session, router, service worker. */
import { createApp } from 'vue'
import App from './App.vue'
import { watchLargeText } from '@/lib/large-text'
import { watchStyles } from '@/lib/later-part'
import { startWorker } from '@/lib/service-worker'
import { router } from './router'
import { loadSession } from '@/state/people/session'
import '@/style/tokens.css'
import '@/style/base.css'
import '@/phone/core/style/phone.css'
import { i18n, startLanguage } from './words'

async function start(): Promise<void> {
  void loadSession()
  watchLargeText()
  watchStyles()
  await startLanguage()
  createApp(App).use(i18n).use(router).mount('#app')
  startWorker()
}

// Where /old-browser.js shows its own page, nothing else starts.
if (!document.documentElement.classList.contains('too-old')) void start()
