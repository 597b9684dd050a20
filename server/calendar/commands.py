"""The command that switches a date between school day and day off."""

from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from server.calendar import actions as calendar_actions
from server.core.refused import Refused
from server.core.terminal.locked import clear_when_locked


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
            name = calendar_actions.switch(
                platform.store,
                district=district,
                on=date.date(),
                school_day=switch == "on",
                limits=platform.limits,
                now=platform.now(),
            )
    except Refused as why:
        there = why.facts["names"]
        names = ", ".join(there) if isinstance(there, list) and there else "none yet: import one first"
        raise click.ClickException(f"Which district? Give --district with one of: {names}.") from why
    click.echo(f"{name}: {date:%Y-%m-%d} is a {'school day' if switch == 'on' else 'day off'}.")


COMMANDS = (school_day,)
