"""The command about settings."""

import click

from server.config import settings_page


@click.command("settings")
def settings() -> None:
    """Write the table of all settings as Markdown."""
    click.echo(settings_page(), nl=False)


COMMANDS = (settings,)
