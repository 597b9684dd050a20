"""The ``flask`` commands of whoever runs the server, imported when one is asked for: a server starts without them."""

from collections.abc import Iterable
from functools import cache
from importlib import import_module

from click import Command, Context
from flask import Flask
from flask.cli import AppGroup

from server.core.area import Area


class Commands(AppGroup):
    """The group that an application's commands stand in."""

    def __init__(self, name: str, modules: Iterable[str]) -> None:
        super().__init__(name)
        self._modules = list(modules)

    def list_commands(self, ctx: Context) -> list[str]:
        """Give their names."""
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Find one by its name."""
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        while self._modules:
            for command in _commands_of(self._modules.pop()):
                self.commands.setdefault(command.name or "", command)


@cache
def _commands_of(module: str) -> tuple[Command, ...]:
    """Load the commands of an area, once for all applications of a process."""
    spoken = import_module("server.core.terminal.unreadable").spoken
    return tuple(spoken(command) for command in import_module(module).COMMANDS)


def register(app: Flask, areas: Iterable[Area]) -> None:
    """Let an application have the commands of the areas, and the one that writes the settings' table."""
    app.cli = Commands(app.name, ["server.cli.settings", *(area.commands for area in areas if area.commands)])
