"""What the area ``audit`` brings to the server."""

from collections.abc import Sequence

from server.audit import jobs
from server.audit.api import blueprint
from server.audit.exports import EXPORTS
from server.core.area import Area
from server.core.clock.duty import Duty
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.limits import Limits


def duties(store: Store, _limits: Limits) -> Sequence[Duty]:
    """Seal what has settled."""
    return [Duty(600.0, RowRetry("seals"), lambda at, _rows: jobs.seal_all_settled(store, at))]


AREA = Area(
    name="audit",
    blueprints=(blueprint,),
    commands="server.audit.commands",
    duties=duties,
    exports=EXPORTS,
)
