"""What people's routes and events tell: their keys, as they go over the wire."""

from typing import TypedDict


class OwnAccount(TypedDict):
    """The caller's own account."""

    id: int
    name: str
    category: str | None
    role: str
    status: str
    school_id: int | None
    school_name: str | None
    station_id: int | None
    station_name: str | None
    phone_masked: str | None
    closes_at: str | None


class OwnDistrict(TypedDict):
    """The district that the caller belongs to."""

    id: int
    name: str
    time_zone: str


class OwnView(TypedDict):
    """What a session's account sees of itself."""

    account: OwnAccount
    district: OwnDistrict
    csrf_token: str
    asks_consent: bool


class OwnSessionView(TypedDict):
    """One of the caller's open sessions; ``here``: the one that asks."""

    id: int
    browser: str | None
    network: str | None
    signed_in_at: str
    expires_at: str
    here: bool


class OwnSessionList(TypedDict):
    """The caller's open sessions, the newest first."""

    items: list[OwnSessionView]


class GuardView(TypedDict):
    """A guard as those see him who may; ``claimed_name`` is for those who decide on it."""

    id: int
    name: str
    category: str | None
    status: str
    school_id: int | None
    school_name: str | None
    station_id: int | None
    station_name: str | None
    claimed_name: str | None
    phone_masked: str | None
    registered_at: str
    handed_on_at: str | None
    may_decide: bool
    closed: bool
    unused_at: str | None


class GuardPage(TypedDict):
    """A page of guards, and the cursor of the next one."""

    items: list[GuardView]
    next: int | None


class SelectionDecided(TypedDict):
    """Who is approved, and who was left: decided or registered anew meanwhile, or to be asked about first."""

    items: list[GuardView]
    left: list[int]


class WaitingUnit(TypedDict):
    """Where guards wait: at a school, or police at their station (without ``school_id``)."""

    school_id: int | None
    name: str
    station_name: str
    waiting: int
    since: str
    handed_on: int


class WaitingList(TypedDict):
    """All of them, the longest waiting first."""

    items: list[WaitingUnit]


class HandedOn(TypedDict):
    """How many were handed on now."""

    handed_on: int


class Registered(TypedDict):
    """What is kept of a registration."""

    account_id: int


class BothLanguages(TypedDict):
    """A text in both languages."""

    zh: str
    en: str


class ConsentView(TypedDict):
    """A consent, in force unless withdrawn; ``counts`` unless the text has changed so that it asks anew."""

    kind: str
    version: str
    given_at: str
    withdrawn_at: str | None
    counts: bool


class ConsentList(TypedDict):
    """All consents of the caller, oldest first."""

    consents: list[ConsentView]


class ConsentTextView(TypedDict):
    """A text as guards read it; ``published_at`` and ``change`` are ``None`` for the built-in one."""

    kind: str
    version: str
    title: BothLanguages
    text: BothLanguages
    change: BothLanguages | None
    material: bool
    required: bool
    in_force: bool
    published_at: str | None


class OwnConsents(ConsentList):
    """The same with the texts in force, those that the caller agreed to before, and what he is asked anew."""

    texts: list[ConsentTextView]
    asks: list[str]


class TextsOfDistrict(TypedDict):
    """The texts in force in a district; ``None`` for all that have none of their own."""

    district: str | None
    texts: list[ConsentTextView]


class TextsList(TypedDict):
    """The texts in force."""

    items: list[TextsOfDistrict]


class PublishedText(ConsentTextView):
    """A text with who published it and how many guards answered how; unfilled, as it stands in the editor."""

    published_by: str | None
    days: int | None
    raw_title: BothLanguages
    raw_text: BothLanguages
    gave: int
    withdrew: int
    unanswered: int | None


class DraftView(TypedDict):
    """What is written on: the words as typed, ``None`` where nobody writes. ``revision`` counts the changes."""

    revision: int
    title: BothLanguages | None
    text: BothLanguages | None
    edited_at: str | None
    edited_by: str | None


class TextDesk(TypedDict):
    """One kind of consent at the console: its texts, the newest first, and the draft."""

    kind: str
    required: bool
    days: int
    agreeing: int
    draft: DraftView
    versions: list[PublishedText]


class TextDesks(TypedDict):
    """All kinds."""

    items: list[TextDesk]


class CodeAsked(TypedDict):
    """The same for every phone number, registered or not."""

    request: str
    expires_in_s: int
    resend_after_s: int


class UnusedAccountView(TypedDict):
    """An account that closes soon, or was closed because nobody used it."""

    id: int
    name: str
    role: str
    category: str | None
    school_name: str | None
    station_name: str | None
    used_at: str
    closes_at: str | None
    unused_at: str | None


class UnusedPage(TypedDict):
    """A page of such accounts, and the cursor of the next one."""

    items: list[UnusedAccountView]
    next: int | None


class Kept(TypedDict):
    """The caller's account stays."""

    kept: bool


class ConsoleAccountView(TypedDict):
    """A console account as the security administrator sees it; ``let_in_at`` is empty where nobody let it in."""

    id: int
    name: str
    username: str | None
    role: str
    school_name: str | None
    station_name: str | None
    status: str
    registered_at: str
    let_in_at: str | None
    unused_at: str | None


class ConsoleAccountList(TypedDict):
    """A district's console accounts, those who wait first."""

    items: list[ConsoleAccountView]
