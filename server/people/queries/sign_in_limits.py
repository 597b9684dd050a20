"""What is counted of sign-ins: a known device by itself, strangers together, their network last.

A known device is a browser on which this very person signed in before, by our own cookie. What strangers do with a
number or a user name never uses up its allowance, so that no stranger can lock an owner out of his own browser.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from server.core import audit
from server.core.database import rate_limits
from server.core.database.transaction import Transaction
from server.core.refused import Refused
from server.people.queries import accounts, codes, device_keys, keyed_names, second_factors
from server.people.rules.caller import Caller
from server.people.rules.sign_in import SignInLimits
from server.people.tables import Account

A_QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PASSWORDS_HERE = rate_limits.Limit(10, A_QUARTER)
PASSWORDS_OF_STRANGERS = rate_limits.Limit(50, A_QUARTER)
PASSWORDS_FROM_NETWORK = rate_limits.Limit(200, A_QUARTER)
WRONG_CODES = rate_limits.Limit(10, DAY)
# Three of a million codes are right at a time, and whoever tries them has the password already.
WRONG_SECOND_STEPS = rate_limits.Limit(20, DAY)


@dataclass(frozen=True, slots=True)
class Count:
    """One count that a try goes into; ``by``: ``device``, ``here``, ``strangers`` or ``network``."""

    key: str
    limit: rate_limits.Limit
    by: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whose sign-in it is, by the keyed name of the number or the user name, and the device if it is known."""

    whose: str
    device_id: str | None

    @property
    def allowance(self) -> str:
        """Name the count that a try goes into: the known device's own, or that of all strangers."""
        return f"{self.whose[:32]}:{self.device_id or 'strangers'}"


def by_phone(transaction: Transaction, phone: str, caller: Caller) -> Person:
    """Look at whose number it is and whether the caller's device is known for it; no account is looked up."""
    return _person(transaction, keyed_names.names_of(transaction.connection, "phone", phone), caller)


def by_username(transaction: Transaction, username: str, caller: Caller) -> Person:
    """Look at whose name it is and whether the caller's device is known for it."""
    return _person(transaction, keyed_names.names_of(transaction.connection, "user", username), caller)


def _person(transaction: Transaction, names: list[str], caller: Caller) -> Person:
    known = device_keys.is_known(transaction.connection, names=names, device_id=caller.device_id)
    return Person(names[0], caller.device_id if known else None)


def remember_device(transaction: Transaction, account_id: int, device_id: str | None) -> None:
    """Note that the owner of an account signed in on a device: it has an allowance of its own from now on."""
    for names in _names_of(transaction, account_id):
        device_keys.remember(transaction.connection, whose=names[0], device_id=device_id, now=transaction.now)


def forget_devices(transaction: Transaction, account_id: int) -> None:
    """Forget the devices of an account that its owner closes."""
    for names in _names_of(transaction, account_id):
        device_keys.forget(transaction.connection, names)


def _names_of(transaction: Transaction, account_id: int) -> list[list[str]]:
    row = accounts.by_id(transaction.connection, account_id)
    names = (("phone", row.telephone), ("user", row.username)) if row else ()
    return [
        keyed_names.names_of(transaction.connection, kind, name) for kind, name in names if name is not None
    ]


def password_counts(person: Person, caller: Caller) -> list[Count]:
    """Say what a try of a password counts as."""
    if person.device_id is not None:
        return [Count(f"passwords:{person.allowance}", PASSWORDS_HERE, "device")]
    counts = [
        Count(f"passwords:here:{person.whose[:32]}:{caller.address}", PASSWORDS_HERE, "here"),
        Count(f"passwords:{person.allowance}", PASSWORDS_OF_STRANGERS, "strangers"),
    ]
    if caller.address is not None:
        counts.append(Count(f"passwords:address:{caller.address}", PASSWORDS_FROM_NETWORK, "network"))
    return counts


def code_counts(person: Person, caller: Caller, numbers: SignInLimits) -> list[Count]:
    """Say what a request for a code counts as."""
    by = "device" if person.device_id is not None else "strangers"
    counts = [Count(f"codes:{person.allowance}", rate_limits.Limit(numbers.codes_per_hour, HOUR), by)]
    if person.device_id is None and caller.address is not None:
        limit = rate_limits.Limit(numbers.codes_per_address, HOUR)
        counts.append(Count(f"codes:address:{caller.address}", limit, "network"))
    return counts


def take(
    transaction: Transaction,
    counts: Sequence[Count],
    *,
    how: str,
    find: Callable[[], Account | None],
    caller: Caller,
) -> Refused | None:
    """Count a try into all of its counts or, where one of them is full, into none; gives the refusal.

    The first refusal of a count's time leaves an audit row, about the account that ``find`` gives. The refusal is
    raised after the commit, or the row would be undone.
    """
    for count in counts:
        try:
            with transaction.savepoint():
                rate_limits.take(transaction.connection, count.key, count.limit, transaction.now)
        except Refused as refused:
            _give_back(transaction, counts, count)
            record_lock_out(transaction, count, how=how, row=find(), caller=caller)
            return refused
    return None


def _give_back(transaction: Transaction, counts: Sequence[Count], full: Count) -> None:
    """Take the try out of the counts before the full one: what is refused costs nothing."""
    for count in counts[: counts.index(full)]:
        rate_limits.give_back(transaction.connection, count.key, transaction.now)


def record_lock_out(
    transaction: Transaction, count: Count, *, how: str, row: Account | None, caller: Caller
) -> None:
    """Record that a count is full, once in its time."""
    told = rate_limits.Limit(1, count.limit.within)
    if rate_limits.fits(transaction.connection, f"told:{count.key}", told, transaction.now):
        _record(transaction, "sign_in.locked", row, {"how": how, "by": count.by, "network": caller.address})


def was_right(transaction: Transaction, counts: Sequence[Count]) -> None:
    """Note that a password was the right one: it ends the count of wrong ones here, and is no wrong one anywhere."""
    rate_limits.clear(transaction.connection, counts[0].key)
    for count in counts[1:]:
        rate_limits.give_back(transaction.connection, count.key, transaction.now)


def second_step(
    transaction: Transaction, person: Person, row: Account, typed: str | None, caller: Caller
) -> Refused | None:
    """Take the code of a second step, where the account has one; gives the refusal, to be raised after the commit."""
    connection, key = transaction.connection, f"second:{row.id}"
    factor = second_factors.of(connection, row.id, lock=True)
    if factor is None or factor.confirmed_at is None:
        return None
    if typed is None:
        return Refused("second_step_needed")
    try:
        rate_limits.take(connection, key, WRONG_SECOND_STEPS, transaction.now)
    except Refused as too_many:
        return too_many
    if second_factors.take(connection, factor, typed, transaction.now):
        rate_limits.give_back(connection, key, transaction.now)
        return None
    record_failure(transaction, person, how="second_step", row=row, caller=caller)
    return Refused("wrong_second_step")


def record_failure(
    transaction: Transaction, person: Person, *, how: str, row: Account | None, caller: Caller
) -> None:
    """Record a wrong password or code."""
    facts = {"how": how, "known_device": person.device_id is not None, "network": caller.address}
    _record(transaction, "sign_in.failed", row, facts)


def note_wrong_code(transaction: Transaction, tried: codes.Tried, caller: Caller) -> int:
    """Count a wrong guess by its number, and give the tries left.

    After ten wrong ones in a day each code of that allowance takes one guess only.
    """
    assert tried.number is not None
    assert tried.tries_left is not None
    connection = transaction.connection
    person = Person(keyed_names.names_of(transaction.connection, "phone", tried.number)[0], tried.device_id)
    row = accounts.by_phone(connection, tried.number)
    record_failure(transaction, person, how="code", row=row, caller=caller)
    count = guesses(person)
    rate_limits.fits(connection, count.key, count.limit, transaction.now)
    if not guessed_out(transaction, person):
        return tried.tries_left
    codes.spend_tries(connection, tried, now=transaction.now)
    record_lock_out(transaction, count, how="code", row=row, caller=caller)
    return 0


def guesses(person: Person) -> Count:
    """Say what a wrong guess of a code counts as."""
    return Count(f"guesses:{person.allowance}", WRONG_CODES, "device" if person.device_id else "strangers")


def guessed_out(transaction: Transaction, person: Person) -> bool:
    """Tell whether ten codes were guessed wrongly within a day."""
    count = guesses(person)
    return (
        rate_limits.hits(transaction.connection, count.key, count.limit, transaction.now) >= count.limit.most
    )


def _record(transaction: Transaction, act: str, row: Account | None, facts: Mapping[str, object]) -> None:
    audit.record(
        transaction.connection,
        now=transaction.now,
        actor_id=None,
        act=act,
        subject_id=row.id if row else None,
        facts=facts,
    )
