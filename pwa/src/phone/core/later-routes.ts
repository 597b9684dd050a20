/**
 * The phone's pages that nobody needs within a first minute, loaded together with the first address of theirs.
 *
 * Each page that the first load names itself costs it some sixty of its bytes.
 */
import type { RouteRecordRaw } from 'vue-router'
import { withWords } from '@/words'

export const laterRoutes: RouteRecordRaw[] = [
  { path: '/record', name: 'record', component: () => withWords('onDuty', import('@/phone/duty/RecordPage.vue')) },
  { path: '/duties', name: 'duties', component: () => withWords('onDuty', import('@/phone/roster/DutiesPage.vue')) },
  { path: '/hours', name: 'hours', component: () => withWords('onDuty', import('@/phone/attendance/HoursPage.vue')) },
  { path: '/c/:number', name: 'genuine', component: () => withWords('onDuty', import('@/phone/attendance/GenuinePage.vue')), props: true },
  { path: '/privacy', name: 'privacy', component: () => withWords('onDuty', import('@/phone/people/PrivacyPage.vue')) },
  { path: '/demo', name: 'demo', component: () => withWords('firstVisit', import('@/phone/people/DemoPage.vue')), meta: { bare: true } },
  { path: '/:rest(.*)*', name: 'unknown', component: () => withWords('onDuty', import('@/phone/core/UnknownPage.vue')) },
]
