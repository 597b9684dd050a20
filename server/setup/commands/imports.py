"""``flask import``: a district from a file."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from server.core.files.sheet_words import folded
from server.core.refused import Refused
from server.core.terminal.locked import clear_when_locked
from server.core.terminal.progress import Progress
from server.setup.actions import imports as setup_actions
from server.setup.commands.import_words import REFUSALS, sentences, where
from server.setup.files.district_file import csv_template, template
from server.setup.files.district_sheets import SHEET_KINDS
from server.setup.queries.imports import Counts


@click.command("import")
@with_appcontext
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--template", "as_template", is_flag=True, help="Write FILE as an empty file with all headings instead."
)
@click.option("--dry-run", is_flag=True, help="Only check, and tell what would change.")
@click.option("--district", help="The district's name; it is made when it is missing.")
@click.option("--time-zone", default="Asia/Shanghai", show_default=True, help="Time zone of a new district.")
@click.option(
    "--replace-rosters",
    is_flag=True,
    help="At the posts whose rosters are in FILE, remove the rows that FILE does not repeat.",
)
def import_file(
    file: Path,
    district: str | None,
    time_zone: str,
    *,
    as_template: bool,
    dry_run: bool,
    replace_rosters: bool,
) -> None:
    """Take stations, schools, posts, peaks, rosters and the calendar from FILE (.xlsx, .ods or .csv).

    With one wrong row nothing is stored. Rows are matched by name (schools of one name by their station),
    so the same file again changes nothing.
    """
    if as_template:
        _write_template(file)
        return
    if not file.exists():
        raise click.ClickException(f"{file}: no such file. An empty one: flask import {file} --template")
    wanted = setup_actions.ImportRequest(
        content=file.read_bytes(),
        filename=file.name,
        district=district,
        time_zone=time_zone,
        dry_run=dry_run,
        replace_rosters=replace_rosters,
    )
    platform = current_app.extensions["huxue"]
    progress = Progress()
    try:
        with clear_when_locked():
            done = setup_actions.import_file(
                platform.store,
                wanted=wanted,
                now=platform.now(),
                limits=platform.limits,
                on_step=progress.tell,
            )
    except Refused as why:
        names = why.facts.get("names")
        listed = ", ".join(map(str, names)) if isinstance(names, list) else ""
        raise click.ClickException(REFUSALS[why.code].format(names=listed)) from why
    finally:
        progress.clear()
    _report(done, dry_run=dry_run)


def _report(done: setup_actions.Imported, *, dry_run: bool) -> None:
    if done.errors:
        for error in done.errors:
            chinese, english = sentences(error)
            click.echo(f"{where(error)}\n    {chinese} {english}")
        number = len(done.errors)
        raise click.ClickException(f"{number:,} fault{'s' if number > 1 else ''}: nothing was stored.")
    for kind, counts in done.counts.items():
        click.echo(f"{kind:<9} {_counted(counts)}")
    if done.approved:
        click.echo(f"approved  {done.approved:,} who waited, as the roster has them")
    made = " (new)" if done.district_is_new else ""
    click.echo(f"{done.district}{made}: {'checked only, nothing was stored.' if dry_run else 'stored.'}")


def _counted(counts: Counts) -> str:
    parts = [f"{counts.new:,} new", f"{counts.changed:,} changed", f"{counts.same:,} same"]
    return " · ".join(parts + ([f"{counts.removed:,} removed"] if counts.removed else []))


def _write_template(file: Path) -> None:
    if file.exists():
        raise click.ClickException(f"{file} is there already; it was left as it is.")
    if file.suffix.lower() == ".csv":
        name = folded(file.stem)
        kind = next((one for one in SHEET_KINDS if name in {folded(one.english), folded(one.chinese)}), None)
        if kind is None:
            names = ", ".join(f"{one.english}.csv" for one in SHEET_KINDS)
            raise click.ClickException(f"A csv file holds one sheet, and its name says which: {names}.")
        content = csv_template(kind)
    elif file.suffix.lower() == ".xlsx":
        content = template()
    else:
        raise click.ClickException("The name must end in .xlsx or .csv.")
    file.write_bytes(content)
    click.echo(f"{file}: an empty file with headings in Chinese and English.")
