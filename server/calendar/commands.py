"""Commands for the calendar: a date is switched, a year is filled from a file, and what is known is said."""

from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from server.calendar.actions import school_days, years
from server.calendar.files.holidays import LONGEST_FILE
from server.core.refused import Refused
from server.core.terminal.locked import clear_when_locked
from server.places.rules.day_edits import FIRST_YEAR, LAST_YEAR


@click.command("school-day")
@with_appcontext
@click.argument("date", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("switch", type=click.Choice(["on", "off"]))
@click.option("--district", help="Name of the district; needed where there are several.")
def school_day(date: datetime, switch: str, district: str | None) -> None:
    """Make DATE (2026-11-28) a school day (on) or a day off (off); it takes effect at once, also on a running server.

    Schools that have a day of their own in the imported calendar keep it.
    """
    platform = current_app.extensions["huxue"]
    try:
        with clear_when_locked():
            name = school_days.switch(
                platform.store,
                district=district,
                on=date.date(),
                school_day=switch == "on",
                limits=platform.limits,
                now=platform.now(),
            )
    except Refused as why:
        raise _which(why) from why
    click.echo(f"{name}: {date:%Y-%m-%d} is a {'school day' if switch == 'on' else 'day off'}.")


def _which(why: Refused) -> click.ClickException:
    there = why.facts["names"]
    names = ", ".join(there) if isinstance(there, list) and there else "none yet: import one first"
    return click.ClickException(f"Which district? Give --district with one of: {names}.")


@click.group("calendar")
def calendar() -> None:
    """Which years of the calendar are known, and filling one from a file."""


@calendar.command("status")
@with_appcontext
def status() -> None:
    """Say for each district which years a source knows; exit with 1 where one is to be filled by now."""
    platform = current_app.extensions["huxue"]
    lacking = False
    for one in years.status(platform.store, platform.now()):
        known = ", ".join(f"{year} ({source})" for year, source in one.known.items()) or "none"
        click.echo(f"{one.district}: known years: {known}")
        for year in one.to_fill:
            lacking = True
            click.echo(
                f"  {year} is not known: it runs Monday to Friday, provisionally, until somebody fills it."
            )
    if lacking:
        raise SystemExit(1)


@calendar.command("import")
@with_appcontext
@click.argument("year", type=click.IntRange(FIRST_YEAR, LAST_YEAR))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--district", help="Name of the district; needed where there are several.")
def import_year(year: int, file: Path, district: str | None) -> None:
    """Fill YEAR with the days off and make-up days of FILE, a JSON file in holiday-cn's form.

    Days that somebody in the district has set stay as they are.
    """
    platform = current_app.extensions["huxue"]
    content = file.read_bytes()[: LONGEST_FILE + 1].decode("utf-8", errors="replace")
    try:
        with clear_when_locked():
            filled = years.bring_by_command(
                platform.store,
                district=district,
                year=year,
                content=content if len(content) <= LONGEST_FILE else "",
                limits=platform.limits,
                now=platform.now(),
            )
    except Refused as why:
        if why.code == "which_district":
            raise _which(why) from why
        raise click.ClickException(f"{NOT_TAKEN[why.code]} Nothing was changed.") from why
    click.echo(
        f"{year}: {filled['set']} days set, {filled['kept']} kept as set here, {filled['removed']} removed."
    )


NOT_TAKEN = {
    "not_holidays": "This is no file of days off in holiday-cn's form.",
    "other_year": "The file is about another year.",
    "no_holidays": "The file has no days yet: the notice of this year has not come out.",
    "date_is_past": "This year is over.",
}
COMMANDS = (school_day, calendar)
