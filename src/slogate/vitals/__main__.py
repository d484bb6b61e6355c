"""`python -m slogate.vitals PLAN.json`: the process that loads pages.

It imports the journeys and launches the browser, says `ready`, waits for `go`, makes the loads and says `finished`.
Where the plan allows further loads, it says `round` and waits for `more`, which names the pages that are undecided.
Where pages are to be loaded under load, it says `waiting` when all else is made, and waits for `load_begins`.

It exits with 0 when all loads were made, whatever their outcome; else with the exit code of the error, of which it
has told as `failed`. Started by hand, without a channel, it begins at once and writes its events to standard output.
"""

import json
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from slogate.channel import Channel
from slogate.errors import CutShortError, ExitCode, MeasurementError, SlogateError, UsageError
from slogate.redact import Redactor
from slogate.runs.pages import PageLoadWriter
from slogate.vitals.abilities import check_abilities
from slogate.vitals.browsers import Browsers
from slogate.vitals.journey_files import load_journeys, select_pages
from slogate.vitals.lifetime import Lifetime
from slogate.vitals.measure import Measurement, Tell
from slogate.vitals.plan import PagesPlan
from slogate.vitals.storage import read_storage

_MAX_MESSAGE = 2000  # an event must fit into one atomic write to a pipe
_MAX_CURE = 500


def main(arguments: Sequence[str]) -> int:
    """Runs the plan; returns the exit code."""
    channel = Channel.from_environment(os.environ)
    tell = _print_event if channel is None else channel.emit
    redact = Redactor()

    def fail(error: SlogateError) -> ExitCode:
        message, cure = redact(error.message)[:_MAX_MESSAGE], redact(error.cure)[:_MAX_CURE]
        cut_short = isinstance(error, CutShortError)
        tell("failed", message=message, cure=cure, exit_code=int(error.exit_code), cut_short=cut_short)
        sys.stderr.write(f"{message}\n{cure}\n")
        return error.exit_code

    try:
        plan = PagesPlan.read(_only(arguments))
        redact = Redactor(os.environ[name] for name in plan.known_secrets_env if name in os.environ)
        commands_fd = None if channel is None else channel.commands_fd
        with Lifetime(commands_fd, last_words=fail) as lifetime:
            _measure(plan, lifetime, redact, tell)
    except SlogateError as error:
        return fail(error)
    except Exception as error:  # noqa: BLE001 (a defect of slogate: Python's own exit code would say that an SLO failed)
        traceback.print_exc()
        return fail(MeasurementError(f"{type(error).__name__}: {error}", cure="this is a defect of slogate"))
    return ExitCode.PASS


def _measure(plan: PagesPlan, lifetime: Lifetime, redact: Redactor, tell: Tell) -> None:
    journeys = load_journeys(plan.journeys)
    pages = select_pages(journeys, plan.pages)
    check_abilities(pages, plan.browser)
    credentials = {page: page.http_credentials.read(os.environ) for page in pages if page.http_credentials is not None}
    redact.learn(known.password for known in credentials.values())
    for path in {page.storage for page in pages if page.storage is not None}:
        read_storage(path)  # a file that is wrong is told before anything is measured
    with PageLoadWriter(plan.output) as writer, Browsers(plan.cdp, plan.browser) as browsers:
        measurement = Measurement(plan, credentials, browsers.start, lifetime, redact, tell)
        tell(
            "ready",
            pages=[journey.name for journey in pages],
            known_pages=[journey.name for journey in journeys],
            warm_pages=[journey.name for journey in pages if journey.warm],
            soft_pages=[journey.name for journey in pages if journey.after is not None],
            browser={
                "path": browsers.where,
                "engine": measurement.running.engine,
                "version": measurement.running.browser.version,
            },
            throttles={journey.name: journey.throttle for journey in pages},
        )
        lifetime.wait_for("go")
        made = measurement.run(pages, writer)
        tell("finished", loads=made["idle"], loads_under_load=made["loaded"])
        measurement.running.kill()


def _only(arguments: Sequence[str]) -> Path:
    if len(arguments) != 1:
        raise UsageError("the page loader takes one argument", cure="python -m slogate.vitals PLAN.json")
    return Path(arguments[0])


def _print_event(kind: str, **fields: object) -> None:
    sys.stdout.write(json.dumps({"event": kind, **fields}, default=str) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
