/** All of the console's texts: one piece, which loads with its first page. */
import acts from '@/words/alarm/console-acts.zh-CN'
import alarm from '@/words/alarm/console-alarm.zh-CN'
import escalation from '@/words/alarm/console-escalation.zh-CN'
import report from '@/words/alarm/console-report.zh-CN'
import units from '@/words/alarm/console-units.zh-CN'
import attendance from '@/words/attendance/console-attendance.zh-CN'
import audit from '@/words/audit/console-audit.zh-CN'
import frame from '@/words/core/console-frame.zh-CN'
import calendar from '@/words/calendar/console-calendar.zh-CN'
import refusals from '@/words/core/console-refusals.zh-CN'
import channels from '@/words/delivery/console-channels.zh-CN'
import live from '@/words/duty/console-live.zh-CN'
import posts from '@/words/duty/console-posts.zh-CN'
import devices from '@/words/exercise/console-devices.zh-CN'
import drills from '@/words/exercise/console-drills.zh-CN'
import exported from '@/words/exports/console-exports.zh-CN'
import consentParts from '@/words/people/consents.zh-CN'
import consents from '@/words/people/console-consents.zh-CN'
import imports from '@/words/people/console-imports.zh-CN'
import own from '@/words/people/console-own.zh-CN'
import people from '@/words/people/console-people.zh-CN'
import users from '@/words/people/console-users.zh-CN'
import badges from '@/words/duty/console-badges.zh-CN'
import map from '@/words/places/console-map.zh-CN'
import keeping from '@/words/roster/keeping.zh-CN'
import keepingRefusals from '@/words/roster/keeping-refusals.zh-CN'
import places from '@/words/places/console-places.zh-CN'
import forecast from '@/words/roster/console-forecast.zh-CN'
import roster from '@/words/roster/console-roster.zh-CN'
import checklist from '@/words/operations/console-checklist.zh-CN'
import status from '@/words/operations/console-status.zh-CN'
import firstStart from '@/words/setup/console-first-start.zh-CN'

export default {
  ...keeping,
  refusals: keepingRefusals,
  consents: { more: consentParts.more, less: consentParts.less },
  console: { ...frame, ...live, ...map, ...posts, ...alarm, ...acts, ...people, ...escalation, ...devices, ...drills, ...report, attendance, badges, audit, units, channels, exports: exported, calendar, checklist, consents, firstStart, forecast, imports, own, places, roster, status, users, refusals },
}
