/** The console's pages, loaded apart from the phone's. */
import type { RouteRecordRaw } from 'vue-router'

export const consoleRoutes: RouteRecordRaw[] = [
  {
    path: '/console/sign-in',
    name: 'console-sign-in',
    component: () => import('./SignInPage.vue'),
    meta: { bare: true, console: true },
  },
  {
    path: '/console',
    component: () => import('./ConsoleFrame.vue'),
    meta: { bare: true, console: true },
    children: [
      { path: '', name: 'console-live', component: () => import('./live/LivePage.vue') },
      { path: 'alarms', name: 'console-alarms', component: () => import('./alarms/AlarmsPage.vue') },
      { path: 'alarms/:id', name: 'console-alarm', component: () => import('./alarms/AlarmPage.vue'), props: true },
      { path: 'escalation', name: 'console-escalation', component: () => import('./escalation/EscalationPage.vue'), meta: { may: 'dispatch' } },
      { path: 'units', name: 'console-units', component: () => import('./units/UnitsPage.vue'), meta: { may: 'seeUnits' } },
      { path: 'channels', name: 'console-channels', component: () => import('./channels/ChannelsPage.vue') },
      { path: 'alarms/:id/report', name: 'console-report', component: () => import('./report/ReportPage.vue'), props: true },
      { path: 'drills', name: 'console-drills', component: () => import('./drills/DrillsPage.vue'), meta: { may: 'runDrills' } },
      { path: 'devices', name: 'console-devices', component: () => import('./devices/DevicesPage.vue'), meta: { may: 'runDrills' } },
      { path: 'guards', name: 'console-guards', component: () => import('./guards/GuardsPage.vue') },
    ],
  },
]
