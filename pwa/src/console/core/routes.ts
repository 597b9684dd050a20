/** The console's pages, loaded apart from the phone's. */
import type { RouteRecordRaw } from 'vue-router'

export const consoleRoutes: RouteRecordRaw[] = [
  {
    path: '/console/sign-in',
    name: 'console-sign-in',
    component: () => import('@/console/people/SignInPage.vue'),
    meta: { bare: true, console: true },
  },
  {
    path: '/console/invitation',
    name: 'console-invitation',
    component: () => import('@/console/people/users/InvitationPage.vue'),
    meta: { bare: true, console: true },
  },
  {
    path: '/console',
    component: () => import('./ConsoleFrame.vue'),
    meta: { bare: true, console: true },
    children: [
      { path: '', name: 'console-live', component: () => import('@/console/duty/LivePage.vue') },
      { path: 'alarms', name: 'console-alarms', component: () => import('@/console/alarm/AlarmsPage.vue') },
      { path: 'alarms/:id', name: 'console-alarm', component: () => import('@/console/alarm/AlarmPage.vue'), props: true },
      { path: 'escalation', name: 'console-escalation', component: () => import('@/console/alarm/escalation/EscalationPage.vue'), meta: { may: 'dispatch' } },
      { path: 'units', name: 'console-units', component: () => import('@/console/alarm/units/UnitsPage.vue'), meta: { may: 'seeUnits' } },
      { path: 'channels', name: 'console-channels', component: () => import('@/console/delivery/ChannelsPage.vue') },
      { path: 'alarms/:id/report', name: 'console-report', component: () => import('@/console/alarm/report/ReportPage.vue'), props: true },
      { path: 'drills', name: 'console-drills', component: () => import('@/console/exercise/DrillsPage.vue'), meta: { may: 'runDrills' } },
      { path: 'devices', name: 'console-devices', component: () => import('@/console/exercise/DevicesPage.vue'), meta: { may: 'runDrills' } },
      { path: 'calendar', name: 'console-calendar', component: () => import('@/console/calendar/CalendarPage.vue') },
      { path: 'calendar/peaks', name: 'console-peaks', component: () => import('@/console/calendar/peaks/PeaksPage.vue') },
      { path: 'calendar/staffing', name: 'console-staffing', component: () => import('@/console/calendar/staffing/StaffingPage.vue') },
      { path: 'attendance', name: 'console-attendance', component: () => import('@/console/attendance/AttendancePage.vue') },
      { path: 'attendance/certificates', name: 'console-certificates', component: () => import('@/console/attendance/CertificatesPage.vue'), meta: { may: 'keepCertificates' } },
      { path: 'roster', name: 'console-roster', component: () => import('@/console/roster/RosterPage.vue') },
      { path: 'roster/forecast', name: 'console-forecast', component: () => import('@/console/roster/ForecastPage.vue') },
      { path: 'exports', name: 'console-exports', component: () => import('@/console/exports/ExportsPage.vue'), meta: { may: 'takeExports' } },
      { path: 'sign-ins', name: 'console-sign-ins', component: () => import('./NoSuchPage.vue') },
      { path: 'consents', name: 'console-consents', component: () => import('@/console/people/consents/ConsentsPage.vue'), meta: { may: 'editTexts' } },
      { path: 'guards/import', name: 'console-import', component: () => import('@/console/people/imports/ImportPage.vue'), meta: { may: 'importGuards' } },
      { path: 'places', name: 'console-places', component: () => import('@/console/places/kept/PlacesPage.vue'), meta: { may: 'seePlaces' } },
      { path: 'users', name: 'console-users', component: () => import('@/console/people/users/UsersPage.vue'), meta: { may: 'manageUsers' } },
      { path: 'account', name: 'console-account', component: () => import('@/console/people/own/OwnAccountPage.vue') },
      { path: 'guards', name: 'console-guards', component: () => import('@/console/people/GuardsPage.vue') },
      { path: ':rest(.+)', name: 'console-unknown', component: () => import('./NoSuchPage.vue') },
    ],
  },
]
