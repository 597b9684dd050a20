/** Which page answers which address. Check-in, result and alarm are in the first piece; the rest loads apart. */
import { createRouter, createWebHistory } from 'vue-router'
import AlarmPage from './phone/AlarmPage.vue'
import CheckInPage from './phone/CheckInPage.vue'
import { codeIn } from './state/posts'
import { loadConsoleWords, loadWords } from './words'

/** Pages with words of their own, which come along. */
const dutyPage = async () => (await Promise.all([import('./phone/DutyPage.vue'), loadWords('onDuty')]))[0]
const scanPage = async () => (await Promise.all([import('./phone/ScanPage.vue'), loadWords('onDuty')]))[0]
const recordPage = async () => (await Promise.all([import('./phone/RecordPage.vue'), loadWords('onDuty')]))[0]
const jointPage = async () => (await Promise.all([import('./phone/JointPage.vue'), loadWords('joint')]))[0]

export const router = createRouter({
  history: createWebHistory('/'),
  routes: [
    { path: '/', name: 'duty', component: dutyPage },
    { path: '/p/:code', name: 'check-in', component: CheckInPage, props: (to) => ({ code: codeIn(to.path) ?? '' }) },
    { path: '/alarm', name: 'alarm', component: AlarmPage, meta: { bare: true } },
    { path: '/register', name: 'register', component: () => import('./phone/RegisterPage.vue'), meta: { bare: true } },
    { path: '/respond/:id', name: 'respond', component: () => import('./phone/RespondPage.vue'), props: true, meta: { bare: true } },
    { path: '/j/:token', name: 'joint', component: jointPage, props: true, meta: { bare: true } },
    { path: '/scan', name: 'scan', component: scanPage },
    { path: '/record', name: 'record', component: recordPage },
    { path: '/demo', name: 'demo', component: () => import('./phone/DemoPage.vue'), meta: { bare: true } },
    { path: '/:rest(.*)*', name: 'unknown', component: () => import('./phone/UnknownPage.vue') },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

let consoleLoaded = false

// The console's routes and words come only with the first address under /console.
router.beforeEach(async (to) => {
  if (consoleLoaded || !/^\/console(\/|$)/.test(to.path)) return true
  const [{ consoleRoutes }] = await Promise.all([import('./console/routes'), loadConsoleWords()])
  for (const route of consoleRoutes) router.addRoute(route)
  consoleLoaded = true
  return to.fullPath
})
