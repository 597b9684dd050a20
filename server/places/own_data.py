"""What the area holds of a person, as he gets it."""

from server.places.tables import (
    calendar_day,
    calendar_year,
    post,
    school,
    staffing_rule,
    station,
    term,
    timetable,
)

IN_THE_AUDIT_LOG = "what a console changes of a calendar stands in the audit log, which his copy has"

NOT_OWN_DATA = {
    calendar_year.c.changed_by: IN_THE_AUDIT_LOG,
    calendar_day.c.changed_by: IN_THE_AUDIT_LOG,
    term.c.changed_by: IN_THE_AUDIT_LOG,
    timetable.c.changed_by: IN_THE_AUDIT_LOG,
    staffing_rule.c.changed_by: IN_THE_AUDIT_LOG,
    post.c.changed_by: IN_THE_AUDIT_LOG,
    school.c.changed_by: IN_THE_AUDIT_LOG,
    station.c.changed_by: IN_THE_AUDIT_LOG,
}
