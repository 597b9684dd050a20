"""What the area ``people`` brings to the server."""

from collections.abc import Sequence

from server.core.area import Area, Areas
from server.core.clock.duty import Duty
from server.core.clock.row_retry import RowRetry
from server.core.database.transaction import Store
from server.core.event_names import EventName
from server.core.jobs.kinds import AnyKind
from server.core.limits import Limits
from server.people.api import (
    approvals,
    consent_texts,
    console_users,
    guards,
    imports,
    me,
    own_account,
    own_data,
    records,
    rights,
    second_factors,
    sessions,
    unused,
)
from server.people.jobs import copies, ended_users, erasures, separate
from server.people.jobs import imports as import_jobs
from server.people.jobs.unused import EVERY_S, UnusedAccounts
from server.people.kept_data import KEPT
from server.people.own_data import NOT_OWN_DATA, OWN_DATA
from server.people.queries import keyed_names
from server.people.queries import sessions as kept
from server.people.rules.separate import SeparateRoles
from server.people.schemas import GuardChanged


def duties(store: Store, limits: Limits) -> Sequence[Duty]:
    """See to it that whoever is to be erased is, and that what nobody uses closes."""
    return [
        Duty(60.0, RowRetry("erasures"), lambda at, rows: erasures.ask_again(store, at, rows)),
        Duty(60.0, RowRetry("guard_imports"), lambda at, rows: import_jobs.undo_again(store, at, rows)),
        Duty(
            ended_users.EVERY_S,
            RowRetry("ended_users"),
            lambda at, rows: ended_users.close_ended(store, at, rows),
        ),
        Duty(EVERY_S, RowRetry("unused"), UnusedAccounts(store, limits).work),
        Duty(
            separate.EVERY_S,
            RowRetry("separate"),
            lambda at, _rows: separate.note_switch(store, limits[SeparateRoles], at),
        ),
    ]


def kinds(areas: Areas) -> list[AnyKind]:
    """Give the kinds of long work."""
    return [copies.kind(areas), erasures.KIND, *import_jobs.KINDS]


AREA = Area(
    name="people",
    blueprints=tuple(
        one.blueprint
        for one in (
            approvals,
            consent_texts,
            console_users,
            guards,
            imports,
            me,
            own_account,
            own_data,
            records,
            rights,
            second_factors,
            sessions,
            unused,
        )
    ),
    commands="server.people.commands",
    event_payloads={EventName.GUARD_CHANGED: GuardChanged},
    kept=KEPT,
    find_session=kept.by_token,
    rooms_of_sessions=kept.rooms,
    duties=duties,
    name_anew=keyed_names.name_anew,
    job_kinds=kinds,
    own_data=OWN_DATA,
    not_own_data=NOT_OWN_DATA,
)
