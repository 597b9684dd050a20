"""What happens to accounts, for the areas above to react to in the same transaction."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from server.core.access.roles import AccountStatus
from server.core.database.reactions import Question
from server.core.limits import Limits


@dataclass(frozen=True, slots=True)
class AccountDecided:
    """Somebody approved or suspended an account, whose status ``before`` was another one."""

    account_id: int
    category: str | None
    before: str
    status: AccountStatus
    limits: Limits


@dataclass(frozen=True, slots=True)
class AccountClosed:
    """An account ended, or its claim was replaced by a new one."""

    account_id: int
    limits: Limits


@dataclass(frozen=True, slots=True)
class LastDutiesWanted(Question[Mapping[int, datetime]]):
    """Asks when some accounts last began a duty; answered with these times, those without a duty left out."""

    account_ids: Collection[int]


@dataclass(frozen=True, slots=True)
class UnusedNotice:
    """An account closes on a day of its district, because nobody used it for so many months."""

    account_id: int
    closes_on: date
    months: int


@dataclass(frozen=True, slots=True)
class UnusedNoticed:
    """Some accounts close soon, and their people are to be told."""

    notices: tuple[UnusedNotice, ...]
    limits: Limits


@dataclass(frozen=True, slots=True)
class ClosedAsUnused:
    """A guard's account was closed because nobody used it."""

    account_id: int


@dataclass(frozen=True, slots=True)
class AccountReopened:
    """A guard's account that was closed as unused is open again."""

    account_id: int
    phone: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class ErasureHindered(Question[bool]):
    """Asks whether a person is busy with what must end before he is erased; answered ``True`` by whoever knows."""

    account_id: int


@dataclass(frozen=True, slots=True)
class PersonErased:
    """A person is erased: what names him goes, what only counts him stays. ``phone`` is his number as it was."""

    account_id: int
    phone: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class StandingChanged:
    """Whether some accounts count in alarms may be another matter now."""

    account_ids: tuple[int, ...]
    limits: Limits


@dataclass(frozen=True, slots=True)
class GuardRegistered:
    """A guard's account was made, or made anew."""

    account_id: int
    phone: str = field(repr=False)
    district_id: int
    limits: Limits


@dataclass(frozen=True, slots=True)
class GuardsListed:
    """A list made some accounts, with their telephones, or is taken back and those of ``gone`` are deleted."""

    made: tuple[tuple[int, str], ...] = field(repr=False)
    gone: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PositionConsentWithdrawn:
    """Somebody no longer consents to being followed on duty."""

    account_id: int


@dataclass(frozen=True, slots=True)
class OfficesWanted(Question[list[str]]):
    """Asks for names of offices of a district that nobody may imitate; answered with lists of names."""

    district_id: int


@dataclass(frozen=True, slots=True)
class CodeMade:
    """A one-time code is to be sent to a telephone."""

    channel: str
    phone: str = field(repr=False)
    reference: str
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CodeUsed:
    """A one-time code that went by a channel arrived: its account signed in with it."""

    account_id: int
    channel: str | None
