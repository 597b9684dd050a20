"""Which text of a consent counts: the built-in one, those that a district published after it, and who is asked anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.core.refused import Refused
from server.core.words import Words

# What nobody can withdraw and still have an account.
REQUIRED_CONSENTS = ("account", "identity")
# What a phone may be followed with, on duty.
POSITION_CONSENT = "position"
CONSENT_KINDS = (*REQUIRED_CONSENTS, POSITION_CONSENT)
LANGUAGES = ("zh", "en")

# A phone may have shown the text that was in force before, or run a build that knows no other.
TAKEN_AFTER_REPLACED = timedelta(days=30)
# Where a text says how long positions are kept.
DAYS = "{days}"

BUILT_IN_VERSION = "2026-11"


@dataclass(frozen=True, slots=True)
class Wording:
    """What a guard reads: a title, which he agrees to, and the text under it, in both languages."""

    title: Words
    text: Words

    def told(self, days: int) -> "Wording":
        """Give it with the days for which positions are kept."""

        def of(words: Words) -> Words:
            return Words(words.zh.replace(DAYS, str(days)), words.en.replace(DAYS, str(days)))

        return Wording(of(self.title), of(self.text))

    def as_list(self) -> list[str]:
        """Give all of it, for a request to be compared by."""
        return [self.title.zh, self.title.en, self.text.zh, self.text.en]

    def missing(self) -> list[str]:
        """Name what is empty: ``title.zh``, ``text.en`` and so on."""
        parts = {"title": self.title, "text": self.text}
        return [
            f"{name}.{language}"
            for name, words in parts.items()
            for language in LANGUAGES
            if not getattr(words, language)
        ]


@dataclass(frozen=True, slots=True)
class Version:
    """A published text: ``published_at`` is ``None`` for the built-in one, ``days`` then those of today.

    ``material``: it changes purpose, way or kind of data, so that consents to earlier texts no longer count.
    """

    version: str
    wording: Wording
    change: Words | None
    material: bool
    published_at: datetime | None
    published_by: str | None
    days: int | None

    def told(self, days: int) -> Wording:
        """Give what it says, with the days of its own, or else of today."""
        return self.wording.told(days if self.days is None else self.days)


BUILT_IN = {
    "account": Version(
        version=BUILT_IN_VERSION,
        wording=Wording(
            Words("同意用姓名和手机号管理护学排班", "Use my name and phone number for guard duty"),
            Words("由平台保管，可随时注销", "kept by the platform, can be closed any time"),
        ),
        change=None,
        material=False,
        published_at=None,
        published_by=None,
        days=None,
    ),
    "identity": Version(
        version=BUILT_IN_VERSION,
        wording=Wording(
            Words("同意学校或派出所核对我的身份", "School or station may check who I am"),
            Words("只看姓名、手机号和类别", "name, phone and category only"),
        ),
        change=None,
        material=False,
        published_at=None,
        published_by=None,
        days=None,
    ),
    "position": Version(
        version=BUILT_IN_VERSION,
        wording=Wording(
            Words("值岗时共享位置", "Share my location on duty"),
            Words(
                "签退即停，留 {days} 天；不同意也能签到",
                "stops at check-out, kept {days} days; check-in works without",
            ),
        ),
        change=None,
        material=False,
        published_at=None,
        published_by=None,
        days=None,
    ),
}


def built_in_words(language: str) -> dict[tuple[str, str], str]:
    """Give what the built-in texts say by kind and version; the days of a setting stand as ``n``."""
    return {
        (
            kind,
            one.version,
        ): f"{getattr(one.wording.title, language)}\n{getattr(one.wording.text, language)}".replace(DAYS, "n")
        for kind, one in BUILT_IN.items()
    }


def check_taken(kind: str, version: str, texts: Sequence[Version], now: datetime) -> None:
    """Let somebody agree to a text of those of his district, oldest first: the one in force, or one that was lately.

    Raises ``Refused("unknown_consent_text")`` (kind) for a text that was never published there, and for one that was
    replaced longer ago than a phone may have shown it.
    """
    following = dict(zip((one.version for one in texts), [*texts[1:], None], strict=True))
    if version in following:
        later = following[version]
        if later is None or later.published_at is None or now - later.published_at <= TAKEN_AFTER_REPLACED:
            return
    raise Refused("unknown_consent_text", kind=kind)


def asks_since(texts: Sequence[Version]) -> int:
    """Give the place of the newest text, oldest first, that asked everybody anew; 0 where none did."""
    return max((place for place, one in enumerate(texts) if one.material), default=0)


def next_name(day: str, taken: Sequence[str]) -> str:
    """Name a text published on a day (``2026-12-01``): by the day, and by a number where that is ``taken``."""
    names = (day, *(f"{day}.{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def check_publishable(wording: Wording, change: Words, current: Wording) -> None:
    """Let a draft be published that is whole and changes something.

    Raises ``Refused``: ``consent_text_incomplete`` (missing), ``consent_text_unchanged``.
    """
    missing = [*wording.missing(), *(f"change.{one}" for one in LANGUAGES if not getattr(change, one))]
    if missing:
        raise Refused("consent_text_incomplete", missing=missing)
    if wording == current:
        raise Refused("consent_text_unchanged")
