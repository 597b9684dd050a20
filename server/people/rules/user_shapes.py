"""Shapes of what the pages of console accounts see."""

from typing import TypedDict


class ConsoleUserView(TypedDict):
    """A console account as the administrator who keeps it sees it."""

    id: int
    name: str
    username: str
    role: str
    school_id: int | None
    school_name: str | None
    station_id: int | None
    station_name: str | None
    status: str
    unused_at: str | None
    made_at: str
    given_by: str | None
    ends_on: str | None
    has_password: bool
    second_step: bool
    link_until: str | None
    may_confirm: bool
    mine: bool


class PlaceOfUser(TypedDict):
    """A school or station that an account may be of."""

    id: int
    name: str


class ConsoleUserList(TypedDict):
    """A district's console accounts, and the places that they may be of."""

    items: list[ConsoleUserView]
    schools: list[PlaceOfUser]
    stations: list[PlaceOfUser]


class LinkToPassword(TypedDict):
    """The secret of a link to a password, and until when it holds."""

    token: str
    expires_at: str


class InvitationView(TypedDict):
    """Whose account a link belongs to."""

    name: str
    username: str
    role: str
    place_name: str | None
    district_name: str
    expires_at: str


class OwnSecondStep(TypedDict):
    """Since when the caller is asked for a second step, if he is, and how many recovery codes are left."""

    since: str | None
    codes_left: int


class QrSquares(TypedDict):
    """A QR code: so many squares a side, and its dark runs as row, first column and length."""

    side: int
    runs: list[list[int]]


class SecondStepBegun(TypedDict):
    """What an authenticator app reads, as a secret to type and as a QR code."""

    secret: str
    address: str
    qr: QrSquares


class RecoveryCodes(TypedDict):
    """Codes that each stand for one sign-in without the app."""

    codes: list[str]
