"""What delivery answers on the wire: every key by its name and type."""

from typing import TypedDict


class ChannelView(TypedDict):
    """How a channel does."""

    channel: str
    set_up: bool
    last_ok_at: str | None
    last_reason: str | None


class ChannelList(TypedDict):
    """How all channels do."""

    items: list[ChannelView]


class SmsUseView(TypedDict):
    """SMS of duties and notices in a month (``2026-11``): the budget (0: none), how many went, how many were held."""

    month: str
    budget: int
    sent: int
    held: int


class ChannelTestMessage(TypedDict):
    """How a message of a test stands."""

    channel: str
    state: str
    reason: str | None
    tries: int
    at: str


class ChannelTestView(TypedDict):
    """How a test stands."""

    test_id: str
    items: list[ChannelTestMessage]


class ChannelTestSent(TypedDict):
    """What an open page hears of a test."""

    test_id: str
    account_id: int


class ReceiptView(TypedDict):
    """How many messages a receipt was news for."""

    delivered: int


class HookView(TypedDict):
    """A webhook without what would let its reader write into the room."""

    id: int
    station_id: int | None
    channel: str
    format: str
    name: str
    enabled: bool
    last_reason: str | None
    failures: int
    host: str
    url_end: str
    has_secret: bool
    changed_at: str
    last_ok_at: str | None
    last_try_at: str | None


class HookPage(TypedDict):
    """A page of webhooks."""

    items: list[HookView]
    next: int | None


class SubscriptionView(TypedDict):
    """The number of a browser's subscription."""

    id: int


class GapCount(TypedDict):
    """How many of a kind are missing."""

    lack: str
    missing: int
    of: int


class GapView(TypedDict):
    """One that is missing, and for which peak."""

    id: int
    name: str
    account_id: int | None
    category: str | None
    place: str | None
    telephone: str | None
    peak: str | None
    starts_at: str | None
    last_at: str | None


class ReadinessView(TypedDict):
    """What is missing: counts, and a page of one list."""

    counts: list[GapCount]
    items: list[GapView]
    next: int | None


class HeldBackView(TypedDict):
    """An account whose sign-in was held back."""

    account_id: int
    name: str
    at: str


class HeldBackList(TypedDict):
    """The newest of them, and how many there are."""

    items: list[HeldBackView]
    count: int


class UnwatchedStation(TypedDict):
    """A station nobody would see an alarm of."""

    station_id: int
    station: str
