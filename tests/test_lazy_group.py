"""Commands are imported when they are asked for."""

import subprocess
import sys

import click
import pytest

from slogate.cli import cli

_JUDGE = """
import sys
from slogate.cli import main
main(["judge", "--help"])
print(sorted(set(sys.modules) & {"sqlalchemy", "alembic", "apprise", "requests", "pandas", "uvicorn", "locust"}))
"""


def test_each_command_is_where_it_is_said_to_be() -> None:
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        assert command.name == name
    assert cli.get_command(context, "nothing") is None


def test_who_judges_waits_for_no_database_and_no_http() -> None:
    done = subprocess.run([sys.executable, "-c", _JUDGE], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", ["history", "incident"])
def test_groups_have_their_commands(name: str) -> None:
    group = cli.get_command(click.Context(cli), name)
    assert isinstance(group, click.Group)
    assert "list" in group.commands
