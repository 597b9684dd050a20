"""How the server does, part by part."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from server.core.access.roles import Act, Actor, require
from server.core.database import schema_state
from server.core.database.transaction import Store
from server.core.limits import Limits
from server.core.moments import moment
from server.delivery.queries import channel_states
from server.delivery.rules.channels import AvailableChannels, ChannelName
from server.operations.queries import status as measured
from server.operations.rules import status
from server.operations.rules.status import Space, StatusView
from server.operations.service.outside import PublicCertificate

# The ways that reach somebody whose page is closed.
LEADING_OUT = (ChannelName.PUSH.value, ChannelName.SMS.value)


@dataclass(frozen=True, slots=True)
class Process:
    """What only the process knows: clock, disks, the certificate before it, how far its calendar reaches."""

    beat_s: float | None
    failures: Mapping[str, int]
    spaces: Callable[[], Collection[Space]]
    certificate: PublicCertificate
    known_days: Callable[[], float]


def look(store: Store, *, actor: Actor, process: Process, limits: Limits, now: datetime) -> StatusView:
    """Measure and judge each part. Raises ``Refused``: ``not_your_role``, ``suspended``."""
    require(actor, Act.SEE_STATUS)
    names = {name.value for name in limits[AvailableChannels].names}
    with store.read() as connection:
        size = measured.size_bytes(connection)
        revision = schema_state.state(connection).revision
        wrote_at = measured.auditor_wrote_at(connection)
        of_alarms = measured.messages_waiting(connection, now, of_alarms=True)
        others = measured.messages_waiting(connection, now, of_alarms=False)
        states = channel_states.newest(connection)
        jobs, failed = (
            measured.jobs_waiting(connection, now),
            measured.jobs_failed(connection, now - measured.DAY),
        )
        wrong = measured.acts(connection, "sign_in.failed", now - measured.DAY)
        locked = measured.acts(connection, "sign_in.locked", now - measured.DAY)
        steps = measured.second_steps(connection, actor.district_id)
    known_days = process.known_days()
    # Last, with nothing held: the public address may take its time.
    seen = process.certificate.seen() if process.certificate.wanted else None
    failing = [name for name, one in states.items() if one.last_reason]
    return {
        "at": moment(now),
        "items": [
            status.clock(beat_s=process.beat_s, failures=process.failures),
            status.messages(of_alarms, others),
            status.channels(names, failing, LEADING_OUT),
            status.auditor(wrote_at, now),
            status.database(
                "sqlite" if store.is_sqlite else "postgresql", size_bytes=size, revision=revision
            ),
            status.disk(process.spaces()),
            status.certificate(
                seen.ends_at if seen else None, now, wanted=seen is not None, why=seen.why if seen else None
            ),
            status.jobs(jobs, failed=failed),
            status.sign_ins(failed=wrong, locked=locked),
            status.second_steps(having=steps.having, accounts=steps.accounts),
            status.calendar(int(known_days)),
        ],
    }
