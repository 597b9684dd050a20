"""Texts of consents of the invented district: one of its own that is in force, and a draft that somebody writes on."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from server.core.access.roles import Role
from server.core.words import Words
from server.people.queries import consent_texts
from server.people.rules.consent_texts import BUILT_IN, POSITION_CONSENT, Version, Wording
from server.people.tables import account

PUBLISHED_DAYS_AGO = 20
DAYS = 7
SHARED = Wording(
    BUILT_IN[POSITION_CONSENT].wording.title,
    Words(
        "签退即停，留 {days} 天；不同意也能签到。\n\n学校、派出所和区指挥台看得到，其他护学员看不到。",
        "It stops at check-out and is kept for {days} days; check-in works without.\n\n"
        "Your school, your police station and the district's desk see it, other guards do not.",
    ),
)
CHANGE = Words("写明谁看得到位置。", "It says who sees the location.")
DRAFT = Wording(
    BUILT_IN["identity"].wording.title,
    Words(
        "只看姓名、手机号和类别。核对后不另外留存。",
        "Name, phone and category only; nothing else is kept of the check.",
    ),
)


def keep_consent_texts(connection: Connection, *, district_id: int, zone: str, now: datetime) -> None:
    """Publish the text and keep the draft, unless somebody has written there already."""
    texts = consent_texts.of_district(connection, district_id)
    by = (
        connection.execute(
            select(account.c.id)
            .where(account.c.district_id == district_id, account.c.role == Role.DISTRICT_ADMIN.value)
            .order_by(account.c.id)
        )
        .scalars()
        .first()
    )
    if by is None or len(texts[POSITION_CONSENT]) > 1 or consent_texts.drafts(connection, district_id):
        return
    at = now - timedelta(days=PUBLISHED_DAYS_AGO)
    name = at.astimezone(ZoneInfo(zone)).date().isoformat()
    version = Version(name, SHARED, CHANGE, material=False, published_at=at, published_by=None, days=DAYS)
    consent_texts.publish(
        connection,
        district_id=district_id,
        kind=POSITION_CONSENT,
        version=version,
        days=DAYS,
        by=by,
        now=at,
    )
    consent_texts.change_draft(
        connection, district_id=district_id, kind="identity", revision=0, wording=DRAFT, by=by, now=now
    )
