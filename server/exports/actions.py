"""Asking for a list of one's scope as a file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from server.core import audit
from server.core.access.roles import Actor, require
from server.core.database import rate_limits
from server.core.database.transaction import Store
from server.core.exports import ExportFormat, ExportKind, ExportName, GuardsOnly
from server.core.jobs import service as jobs
from server.core.jobs.service import JobView
from server.core.moments import moment_or_none
from server.core.refused import Refused
from server.exports import service
from server.exports.rules import check_span
from server.exports.service import ExportOf, NarrowedExport

# Each is read through whole, and all the others of a district wait for it.
ASKED = rate_limits.Limit(10, timedelta(hours=1))
WITH_TELEPHONES = rate_limits.Limit(3, timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Asked:
    """Which list, of which span of time, in which form, what for, and to which guards it is narrowed."""

    name: ExportName
    since: datetime | None
    until: datetime | None
    format: ExportFormat
    language: str
    purpose: str
    with_telephones: bool
    only: GuardsOnly | None = None


def ask(
    store: Store,
    kinds: Sequence[ExportKind],
    *,
    actor: Actor,
    request_id: str,
    asked: Asked,
    now: datetime,
) -> JobView:
    """Ask for a list of the actor's scope; a retry gets the same job.

    Raises ``Refused``: ``not_your_role``, ``suspended``, ``bad_span`` (days), ``too_many`` (retry_after_s).
    """
    kind = next(one for one in kinds if one.name == asked.name)
    require(actor, kind.act)
    if asked.with_telephones:
        if kind.telephones is None:
            raise Refused("not_your_role", act=kind.act.value)
        require(actor, kind.telephones)
    check_span(asked.since, asked.until, ranged=kind.ranged)
    wish = _wish(actor, asked)
    with store.transaction(now) as transaction:
        connection = transaction.connection
        body = [asked.name.value, asdict(wish), asked.purpose]
        first = transaction.remember(actor.account_id, request_id, "export", body, shape=JobView)
        if first is not None:
            return first
        rate_limits.take(connection, f"exports:{actor.account_id}", ASKED, now)
        if asked.with_telephones:
            rate_limits.take(connection, f"exports:telephones:{actor.account_id}", WITH_TELEPHONES, now)
        one = jobs.ask(transaction, service.job_kind(kind), wish, actor=actor, purpose=asked.purpose)
        audit.record(
            connection,
            now=now,
            actor_id=actor.account_id,
            act="export.asked",
            facts={
                "export": one.kind,
                "job_id": one.id,
                **({"since": wish.since, "until": wish.until} if kind.ranged else {}),
                "purpose": asked.purpose,
                "telephones": asked.with_telephones,
                **_narrowed(asked.only),
            },
        )
        return transaction.answer(actor.account_id, request_id, jobs.view(one, None))


def _wish(actor: Actor, asked: Asked) -> ExportOf:
    wish = ExportOf(
        since=moment_or_none(asked.since),
        until=moment_or_none(asked.until),
        format=asked.format.value,
        language=asked.language,
        with_telephones=asked.with_telephones,
        **service.scope_of(actor),
    )
    return wish if asked.only is None else NarrowedExport(**asdict(wish), only=service.kept_of(asked.only))


def _narrowed(only: GuardsOnly | None) -> dict[str, object]:
    if only is None:
        return {}
    return {
        "narrowed": True,
        **({"category": only.category.value} if only.category else {}),
        **({"school_id": only.school_id} if only.school_id else {}),
    }
