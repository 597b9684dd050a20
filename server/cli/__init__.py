"""The ``flask`` commands of whoever runs the server, imported when one is asked for: a server starts without them."""

from importlib import import_module

from click import Command, Context
from flask import Flask
from flask.cli import AppGroup


class Commands(AppGroup):
    """The group that an application's commands stand in."""

    def list_commands(self, ctx: Context) -> list[str]:
        """Give their names."""
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Find one by its name."""
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        for command in import_module("server.cli.commands").COMMANDS:
            self.commands.setdefault(command.name, command)


def register(app: Flask) -> None:
    """Let an application have the commands."""
    app.cli = Commands(app.name)
