"""What the area ``attendance`` brings to the server."""

from server.attendance import jobs
from server.attendance.api import certificates, correcting, own, report
from server.attendance.exports import EXPORTS
from server.attendance.kept_data import KEPT
from server.attendance.own_data import NOT_OWN_DATA, OWN_DATA
from server.attendance.service import closing
from server.calendar.facts import PostTakenBack
from server.core.area import Area, on
from server.duty.facts import ClosedPeakChanged
from server.people.facts import PersonErased

AREA = Area(
    name="attendance",
    blueprints=(report.blueprint, correcting.blueprint, own.blueprint, certificates.blueprint),
    duties=jobs.duties,
    reactions=(
        on(ClosedPeakChanged, closing.changed),
        on(PersonErased, closing.erased),
        on(PostTakenBack, closing.taken_back),
    ),
    job_kinds=lambda _areas: jobs.KINDS,
    kept=KEPT,
    own_data=OWN_DATA,
    not_own_data=NOT_OWN_DATA,
    exports=EXPORTS,
)
