/** Which page answers which address. Check-in, result and alarm are in the first piece; the rest loads apart. */
import { createRouter, createWebHistory } from 'vue-router'
import AlarmPage from '@/phone/alarm/raise/AlarmPage.vue'
import CheckInPage from '@/phone/duty/check-in/CheckInPage.vue'
import { codeIn } from '@/state/places/scanned-posts'
import { withWords } from './words'

/** Pages with words of their own, which come along. */
const dutyPage = () => withWords('onDuty', import('@/phone/duty/DutyPage.vue'), 'firstVisit')
const scanPage = () => withWords('onDuty', import('@/phone/duty/ScanPage.vue'))
const recordPage = () => withWords('onDuty', import('@/phone/duty/RecordPage.vue'))
const privacyPage = () => withWords('onDuty', import('@/phone/people/PrivacyPage.vue'))
const registerPage = () => withWords('firstVisit', import('@/phone/people/RegisterPage.vue'))
const demoPage = () => withWords('firstVisit', import('@/phone/people/DemoPage.vue'))
const respondPage = () => withWords('respond', import('@/phone/alarm/respond/RespondPage.vue'))
const jointPage = () => withWords('joint', import('@/phone/alarm/joint/JointPage.vue'), 'respond')

export const router = createRouter({
  history: createWebHistory('/'),
  routes: [
    { path: '/', name: 'duty', component: dutyPage },
    { path: '/p/:code', name: 'check-in', component: CheckInPage, props: (to) => ({ code: codeIn(to.path) ?? '' }) },
    { path: '/alarm', name: 'alarm', component: AlarmPage, meta: { bare: true } },
    { path: '/register', name: 'register', component: registerPage, meta: { bare: true } },
    { path: '/respond/:id', name: 'respond', component: respondPage, props: true, meta: { bare: true } },
    { path: '/j/:token', name: 'joint', component: jointPage, props: true, meta: { bare: true } },
    { path: '/scan', name: 'scan', component: scanPage },
    { path: '/record', name: 'record', component: recordPage },
    { path: '/privacy', name: 'privacy', component: privacyPage },
    { path: '/demo', name: 'demo', component: demoPage, meta: { bare: true } },
    { path: '/:rest(.*)*', name: 'unknown', component: () => withWords('onDuty', import('@/phone/core/UnknownPage.vue')) },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

let consoleLoaded = false

// The console's routes and words come only with the first address under /console.
router.beforeEach(async (to) => {
  if (consoleLoaded || !/^\/console(\/|$)/.test(to.path)) return true
  const { consoleRoutes } = await withWords('console', import('@/console/core/routes'))
  for (const route of consoleRoutes) router.addRoute(route)
  consoleLoaded = true
  return to.fullPath
})
