"""Signing badges, telling a true one from others, and making sheets of them in a worker."""

from dataclasses import dataclass
from hmac import compare_digest

from sqlalchemy import Connection

from server.core.access.roles import Act, Actor, Category, may
from server.core.database.sealing.state import sealing_of
from server.core.exports import CATEGORIES
from server.core.jobs.kinds import Failed, JobKind, Work
from server.core.jobs.rules import Failure
from server.core.jobs.tables import Job
from server.core.moments import moment
from server.core.refused import Refused
from server.duty.files.badges import PrintedBadge, sheet
from server.duty.queries import badges
from server.duty.rules import badges as rules
from server.duty.tables import Badge
from server.exports import queries as exports
from server.exports.service import Scope, scope_of
from server.places.queries import districts

KIND = "badges"
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class BadgesOf:
    """Which badges, and the role and scope that whoever asked had then."""

    badge_ids: list[int]
    role: str
    district_id: int
    station_id: int | None
    school_id: int | None

    @property
    def scope(self) -> Scope:
        """Give the role and place that whoever asked had then."""
        return {
            "role": self.role,
            "district_id": self.district_id,
            "station_id": self.station_id,
            "school_id": self.school_id,
        }


def signed(connection: Connection, badge_id: int) -> str:
    """Give what a badge's QR code holds, signed with the key that seals by now."""
    key = sealing_of(connection.dialect).key(connection)
    signature = key.index(rules.SIGNED_AS, rules.signed_text(badge_id), rules.SIGNATURE_BYTES)
    return rules.text_of(badge_id, signature)


def read(connection: Connection, text: str) -> Badge:
    """Read the badge that somebody holds up.

    Raises ``Refused``: ``badge_forged`` for what nobody here signed, ``badge_revoked`` (revoked_at).
    """
    found = rules.read(text)
    if found is None:
        raise Refused("badge_forged")
    badge_id, signature = found
    key = sealing_of(connection.dialect).ring.find(signature.partition(".")[0])
    right = key and key.index(rules.SIGNED_AS, rules.signed_text(badge_id), rules.SIGNATURE_BYTES)
    one = badges.by_id(connection, badge_id) if right and compare_digest(right, signature) else None
    if one is None:
        raise Refused("badge_forged")
    if one.revoked_at is not None:
        raise Refused("badge_revoked", revoked_at=moment(one.revoked_at))
    return one


def make(work: Work, asked: BadgesOf) -> None:
    """Draw the badges that still count into one PDF, ten on a page, by name."""
    with work.read() as connection:
        actor = _still(connection, work.job, asked)
        if actor is None:
            raise Failed(Failure.NOT_ALLOWED)
        found = badges.listed(connection, actor, ids=asked.badge_ids, limit=len(asked.badge_ids))
        district = districts.the_district(connection, asked.district_id).name
        printed = [
            PrintedBadge(
                name=one.name,
                category=CATEGORIES[Category(one.category)].zh,
                unit=one.unit,
                district=district,
                number=one.badge.id,
                text=signed(connection, one.badge.id),
            )
            for one in found
        ]
    if not printed:
        raise Failed(Failure.CHANGED_MEANWHILE)
    content = sheet(printed, work.progress)
    with work.file(f"huxue-badges-{work.job.id}.pdf", PDF) as out:
        out.write(content)


def may_fetch(connection: Connection, _actor: Actor, job: Job) -> bool:
    """Tell whether who asked may have the file now: with the same role, over the same people, all of them counting."""
    asked = BadgesOf(**job.parameters)  # type: ignore[arg-type]
    actor = _still(connection, job, asked)
    if actor is None:
        return False
    found = badges.listed(connection, actor, ids=asked.badge_ids, limit=len(asked.badge_ids))
    return len(found) == len(asked.badge_ids)


def _still(connection: Connection, job: Job, asked: BadgesOf) -> Actor | None:
    found = exports.asker(connection, job.account_id) if job.account_id is not None else None
    if found is None or scope_of(found.actor) != asked.scope or not may(found.actor, Act.KEEP_BADGES):
        return None
    return found.actor


JOB = JobKind(KIND, BadgesOf, make, may_fetch=may_fetch)
