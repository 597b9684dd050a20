"""What the area names accounts for, and why nobody gets it as his own."""

from server.exercise.tables import device_test, drill

IN_THE_AUDIT_LOG = "what a console plans stands in the audit log, which his copy has"
NOT_OWN_DATA = {
    drill.c.planned_by: IN_THE_AUDIT_LOG,
    drill.c.started_by: IN_THE_AUDIT_LOG,
    device_test.c.planned_by: IN_THE_AUDIT_LOG,
}
