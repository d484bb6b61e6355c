"""A group of commands of which each is imported when it is asked for: nobody waits for what another command needs."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from slogate.collection import no_collection


class LazyGroup(click.Group):
    """`elsewhere` says of further commands where they are, as `module:attribute`. A list of all imports them all."""

    def __init__(self, *arguments: Any, elsewhere: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._elsewhere = elsewhere

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands."""
        return sorted({*super().list_commands(ctx), *self._elsewhere})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, if there is one."""
        place = self._elsewhere.get(cmd_name)
        if place is None:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = place.partition(":")
        with no_collection():
            command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101  # a test goes through all of them
        return command
