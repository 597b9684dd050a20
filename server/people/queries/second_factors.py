"""Second steps of sign-ins: the shared secret, sealed, and the hashes of recovery codes."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from server.core.database.sealing.state import sealing_of
from server.core.database.upsert import Upsert
from server.people.queries.sessions import hashed
from server.people.rules.second_factors import recovery_code_of, step_of
from server.people.tables.second_factors import SecondFactor, recovery_code, second_factor

_begin = Upsert(
    second_factor, keys=("id",), take=("secret", "secret_sealed", "made_at", "confirmed_at", "last_step")
)


def of(connection: Connection, account_id: int, *, lock: bool = False) -> SecondFactor | None:
    """Read an account's second step, confirmed or not."""
    query = select(second_factor).where(second_factor.c.id == account_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    return SecondFactor(**row) if row else None


def having(connection: Connection, account_ids: Iterable[int]) -> set[int]:
    """Read which of some accounts are asked for a second step."""
    query = select(second_factor.c.id).where(
        second_factor.c.id.in_(list(account_ids)), second_factor.c.confirmed_at.is_not(None)
    )
    return set(connection.execute(query).scalars())


def begin(connection: Connection, account_id: int, secret: str, now: datetime) -> None:
    """Keep a secret that is not confirmed yet, in place of the one before."""
    sealed = sealing_of(connection.dialect).key(connection).seal(secret, "second_factor.secret")
    _begin.run(
        connection,
        {
            "id": account_id,
            "secret": None,
            "secret_sealed": sealed,
            "made_at": now,
            "confirmed_at": None,
            "last_step": None,
        },
    )


def confirm(connection: Connection, account_id: int, now: datetime) -> None:
    """Let the second step be asked for from now on."""
    connection.execute(update(second_factor).where(second_factor.c.id == account_id).values(confirmed_at=now))


def end(connection: Connection, account_id: int) -> None:
    """Forget an account's second step and its recovery codes."""
    connection.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))
    connection.execute(delete(second_factor).where(second_factor.c.id == account_id))


def take(connection: Connection, factor: SecondFactor, typed: str, now: datetime) -> bool:
    """Take a code of the app, or a recovery code; none is taken twice. The caller holds the row."""
    secret = factor.secret_sealed.open() if factor.secret_sealed is not None else None
    step = step_of(secret, typed, now, factor.last_step) if secret is not None else None
    if step is not None:
        connection.execute(
            update(second_factor).where(second_factor.c.id == factor.id).values(last_step=step)
        )
        return True
    code = recovery_code_of(typed)
    if code is None:
        return False
    unused = recovery_code.c.account_id == factor.id, recovery_code.c.used_at.is_(None)
    found = update(recovery_code).where(*unused, recovery_code.c.code_hash == hashed(code))
    return connection.execute(found.values(used_at=now)).rowcount == 1


def keep_recovery_codes(connection: Connection, account_id: int, codes: Iterable[str]) -> None:
    """Keep the hashes of recovery codes in place of those before."""
    connection.execute(delete(recovery_code).where(recovery_code.c.account_id == account_id))
    rows = [{"code_hash": hashed(code), "account_id": account_id} for code in codes]
    connection.execute(insert(recovery_code), rows)


def codes_left(connection: Connection, account_id: int) -> int:
    """Count the recovery codes that were not used."""
    query = select(func.count()).where(
        recovery_code.c.account_id == account_id, recovery_code.c.used_at.is_(None)
    )
    return int(connection.execute(query).scalar_one())
