/** Which page answers which address. Check-in, result and alarm are in the first piece; the rest loads apart. */
import { createRouter, createWebHistory } from 'vue-router'
import AlarmPage from '@/phone/alarm/raise/AlarmPage.vue'
import CheckInPage from '@/phone/duty/check-in/CheckInPage.vue'
import { codeIn } from '@/state/places/scanned-posts'
import { withWords } from './words'

/** Pages with words of their own, which come along. */
const dutyPage = () => withWords('onDuty', import('@/phone/duty/DutyPage.vue'), 'firstVisit')
const scanPage = () => withWords('onDuty', import('@/phone/duty/ScanPage.vue'))
const registerPage = () => withWords('firstVisit', import('@/phone/people/RegisterPage.vue'))
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
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

const CONSOLE = /^\/console(\/|$)/

// The console's routes and words come with the first address under /console, the phone's later ones with the first that is none of these.
router.beforeEach(async (to) => {
  const isConsole = CONSOLE.test(to.path)
  if (to.matched.length && CONSOLE.test(to.matched[0]!.path) === isConsole) return true
  const routes = isConsole ? (await withWords('console', import('@/console/core/routes'))).consoleRoutes : (await import('@/phone/core/later-routes')).laterRoutes
  for (const route of routes) router.addRoute(route)
  return to.fullPath
})
