"""The demo's units of the joint response: plainly invented, with telephones that nobody has."""

from datetime import datetime

from sqlalchemy import Connection, select

from server.alarm.queries import units
from server.alarm.tables import joint_response

FIRST_TELEPHONE = 19900090001
UNITS = (
    ("education_office", "演示教育局", "值班室"),
    ("street_office", "演示街道办事处", "应急办"),
    ("hospital", "演示医院", "急诊科"),
    ("fire", "演示消防救援站", "通信室"),
    ("traffic_police", "演示交警中队", "值班室"),
)
# Who leads by kind of alarm, and who supports; the first is for any kind.
PLANS: tuple[tuple[str | None, str, tuple[str, ...]], ...] = (
    (None, "education_office", ("street_office",)),
    ("fire", "fire", ("hospital", "traffic_police")),
    ("medical", "hospital", ("education_office",)),
    ("traffic", "traffic_police", ("hospital",)),
)


def keep_units(connection: Connection, district_id: int, now: datetime) -> None:
    """Make the units and their plans where the demo district has none; a demo of an earlier version gets them too."""
    known = select(joint_response.unit.c.id).where(joint_response.unit.c.district_id == district_id).limit(1)
    if connection.execute(known).first() is not None:
        return
    numbers = {
        kind: units.add(
            connection,
            district_id,
            now=now,
            kind=kind,
            name=name,
            desk=desk,
            telephone=str(FIRST_TELEPHONE + place),
        )
        for place, (kind, name, desk) in enumerate(UNITS)
    }
    for kind, lead, supports in PLANS:
        units.add_plan(
            connection,
            district_id,
            now=now,
            kind=kind,
            school_id=None,
            lead_unit_id=numbers[lead],
            support_unit_ids=[numbers[one] for one in supports],
        )
