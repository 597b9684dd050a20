"""Texts of consents that districts published, and the drafts of the next ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select, update

from server.core.database.upsert import Upsert
from server.core.own_data import Words
from server.people.rules.consent_texts import BUILT_IN, CONSENT_KINDS, Version, Wording
from server.people.tables import account, consent_draft, consent_text
from server.places.tables import district

Texts = dict[str, list[Version]]

_published = (
    select(consent_text, account.c.name.label("by"))
    .outerjoin(account, consent_text.c.published_by == account.c.id)
    .order_by(consent_text.c.id)
)


def of_district(connection: Connection, district_id: int) -> Texts:
    """Read the texts of a district by kind, the built-in one first, the one in force last."""
    return _with_built_in(connection, _published.where(consent_text.c.district_id == district_id))


def of_all(connection: Connection) -> dict[str, Texts]:
    """Read the texts of each district that has any of its own, by the district's name."""
    query = _published.add_columns(district.c.name.label("of")).join(
        district, consent_text.c.district_id == district.c.id
    )
    found: dict[str, Texts] = {}
    for row in connection.execute(query).mappings():
        texts = found.setdefault(row["of"], {kind: [BUILT_IN[kind]] for kind in CONSENT_KINDS})
        texts[row["kind"]].append(_version(row))
    return dict(sorted(found.items()))


def districts(connection: Connection) -> int:
    """Count the districts."""
    return connection.execute(select(func.count()).select_from(district)).scalar_one()


def _with_built_in(connection: Connection, query: Select[Any]) -> Texts:
    texts = {kind: [BUILT_IN[kind]] for kind in CONSENT_KINDS}
    for row in connection.execute(query).mappings():
        texts[row["kind"]].append(_version(row))
    return texts


def _version(row: Mapping[Any, Any]) -> Version:
    return Version(
        version=row["version"],
        wording=_wording(row),
        change=Words(row["change_zh"], row["change_en"]),
        material=row["material"],
        published_at=row["published_at"],
        published_by=row["by"],
        days=row["days"],
    )


_PARTS = ("title_zh", "title_en", "text_zh", "text_en")


def _wording(row: Mapping[Any, Any]) -> Wording:
    title_zh, title_en, text_zh, text_en = (row[name] or "" for name in _PARTS)
    return Wording(Words(title_zh, title_en), Words(text_zh, text_en))


def _columns(wording: Wording) -> dict[str, str]:
    return dict(zip(_PARTS, wording.as_list(), strict=True))


def names_like(connection: Connection, kind: str, day: str) -> list[str]:
    """Read the names of a kind's texts, of whatever district, that begin with a day."""
    query = select(consent_text.c.version).where(
        consent_text.c.kind == kind, consent_text.c.version.startswith(day, autoescape=True)
    )
    return list(connection.execute(query).scalars())


_add = Upsert(consent_text)


def publish(
    connection: Connection,
    *,
    district_id: int,
    kind: str,
    version: Version,
    days: int,
    by: int,
    now: datetime,
) -> bool:
    """Write a text down that is in force from now; tells whether its name was free."""
    assert version.change is not None
    row = {
        "district_id": district_id,
        "kind": kind,
        "version": version.version,
        **_columns(version.wording),
        "change_zh": version.change.zh,
        "change_en": version.change.en,
        "material": version.material,
        "days": days,
        "published_at": now,
        "published_by": by,
    }
    return _add.run(connection, row).scalar() is not None


@dataclass(frozen=True, slots=True)
class Draft:
    """What is written on of a kind, ``None`` for nothing; who wrote last, and how often it was changed."""

    kind: str
    revision: int
    wording: Wording | None
    edited_at: datetime | None
    edited_by: str | None


def drafts(connection: Connection, district_id: int) -> dict[str, Draft]:
    """Read the drafts of a district, by kind; a kind that nobody ever wrote on is left out."""
    query = (
        select(consent_draft, account.c.name.label("by"))
        .outerjoin(account, consent_draft.c.edited_by == account.c.id)
        .where(consent_draft.c.district_id == district_id)
    )
    return {
        row["kind"]: Draft(
            kind=row["kind"],
            revision=row["revision"],
            wording=_wording(row) if any(row[name] for name in _PARTS) else None,
            edited_at=row["edited_at"],
            edited_by=row["by"],
        )
        for row in connection.execute(query).mappings()
    }


_begin = Upsert(consent_draft, give=consent_draft.c.revision)


def change_draft(
    connection: Connection,
    *,
    district_id: int,
    kind: str,
    revision: int,
    wording: Wording | None,
    by: int,
    now: datetime,
) -> bool:
    """Write a draft, or end it (``None``), if it is still at a revision; tells whether it was.

    Whoever changes the same one waits for the commit, and is told then.
    """
    key = {"district_id": district_id, "kind": kind}
    _begin.run(connection, {**key, "revision": 0})
    typed = _columns(wording) if wording else {}
    done = connection.execute(
        update(consent_draft)
        .where(
            consent_draft.c.district_id == district_id,
            consent_draft.c.kind == kind,
            consent_draft.c.revision == revision,
        )
        .values(
            revision=revision + 1,
            edited_at=now,
            edited_by=by,
            # What is empty is nothing: some databases know no empty text.
            **{name: typed.get(name) or None for name in _PARTS},
        )
    )
    return done.rowcount > 0
