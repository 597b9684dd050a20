/** All of the console's texts: one piece, which loads with its first page. */
import acts from '@/words/alarm/console-acts.en'
import alarm from '@/words/alarm/console-alarm.en'
import escalation from '@/words/alarm/console-escalation.en'
import report from '@/words/alarm/console-report.en'
import units from '@/words/alarm/console-units.en'
import attendance from '@/words/attendance/console-attendance.en'
import audit from '@/words/audit/console-audit.en'
import frame from '@/words/core/console-frame.en'
import calendar from '@/words/calendar/console-calendar.en'
import refusals from '@/words/core/console-refusals.en'
import channels from '@/words/delivery/console-channels.en'
import live from '@/words/duty/console-live.en'
import posts from '@/words/duty/console-posts.en'
import devices from '@/words/exercise/console-devices.en'
import drills from '@/words/exercise/console-drills.en'
import exported from '@/words/exports/console-exports.en'
import consentParts from '@/words/people/consents.en'
import consents from '@/words/people/console-consents.en'
import imports from '@/words/people/console-imports.en'
import own from '@/words/people/console-own.en'
import people from '@/words/people/console-people.en'
import users from '@/words/people/console-users.en'
import badges from '@/words/duty/console-badges.en'
import map from '@/words/places/console-map.en'
import keeping from '@/words/roster/keeping.en'
import keepingRefusals from '@/words/roster/keeping-refusals.en'
import places from '@/words/places/console-places.en'
import forecast from '@/words/roster/console-forecast.en'
import roster from '@/words/roster/console-roster.en'
import checklist from '@/words/operations/console-checklist.en'
import status from '@/words/operations/console-status.en'
import firstStart from '@/words/setup/console-first-start.en'

export default {
  ...keeping,
  refusals: keepingRefusals,
  consents: { more: consentParts.more, less: consentParts.less },
  console: { ...frame, ...live, ...map, ...posts, ...alarm, ...acts, ...people, ...escalation, ...devices, ...drills, ...report, attendance, badges, audit, units, channels, exports: exported, calendar, checklist, consents, firstStart, forecast, imports, own, places, roster, status, users, refusals },
}
