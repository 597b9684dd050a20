"""What the area ``attendance`` brings to the server."""

from server.attendance import jobs
from server.attendance.api import own, report
from server.attendance.exports import EXPORTS
from server.attendance.kept_data import KEPT
from server.attendance.own_data import OWN_DATA
from server.attendance.service import closing
from server.core.area import Area, on
from server.duty.facts import ClosedPeakChanged

AREA = Area(
    name="attendance",
    blueprints=(report.blueprint, own.blueprint),
    duties=jobs.duties,
    reactions=(on(ClosedPeakChanged, closing.changed),),
    kept=KEPT,
    own_data=OWN_DATA,
    exports=EXPORTS,
)
