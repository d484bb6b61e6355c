"""A team's first files as text: slo.yaml, page journeys, a load scenario. Pure; `slogate init` writes them."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined

PATHS = ("slo.yaml", "webvitals/site.py", "loadtests/visitor.py")
_VARIES = re.compile(r"[0-9]+|[0-9a-f]{8}-[0-9a-f-]{27}")
_MOST_ENDPOINTS = 8
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class FirstPage:
    """A page to be measured: its name, a path below the target, and the selector that shows it is there."""

    name: str
    path: str
    ready: str | None

    @property
    def function(self) -> str:
        """The name as that of a Python function."""
        word = re.sub(r"[^a-z0-9]+", "_", self.name.lower()).strip("_") or "page"
        return f"page_{word}" if word[0].isdigit() or word in {"page", "session"} else word


@dataclass(frozen=True)
class FirstRequest:
    """A GET to be made by the load: its path, and the name under which all paths like it count as one endpoint."""

    path: str
    name: str
    function: str


def named_pages(found: Sequence[tuple[str, str | None]]) -> list[FirstPage]:
    """Pages from their paths and `ready` selectors, each with a name of its own; the first one is `home`."""
    pages: list[FirstPage] = []
    taken: set[str] = set()
    for number, (path, ready) in enumerate(found):
        words = [word for word in re.split(r"[^A-Za-z0-9]+", _VARIES.sub("", path.partition("?")[0])) if word]
        name = "home" if number == 0 else "-".join(words[-2:]).lower() or "page"
        while name in taken:
            name = f"{name}-{number}"
        taken.add(name)
        pages.append(FirstPage(name, path, ready))
    return pages


def first_requests(paths: Sequence[str]) -> list[FirstRequest]:
    """The load's requests, one for each kind of path."""
    requests: dict[str, FirstRequest] = {}
    for path in paths:
        name = _VARIES.sub("[id]", path.partition("?")[0])
        words = "_".join(word for word in re.split(r"[^A-Za-z0-9]+", name) if word).lower() or "home"
        function = f"get_{words}"
        while any(known.function == function for known in requests.values() if known.name != name):
            function += "_too"
        requests.setdefault(name, FirstRequest(path, name, function))
    return list(requests.values())[:_MOST_ENDPOINTS]


def render(
    target: str,
    service: str,
    pages: Sequence[FirstPage],
    requests: Sequence[FirstRequest],
    *,
    verify_tls: bool = True,
) -> Mapping[str, str]:
    """The text of each file, by its path below the folder."""
    environment = Environment(
        loader=PackageLoader("slogate", "templates"),
        autoescape=False,  # noqa: S701  # Python and YAML, not HTML; what is put in is quoted by the filters below
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["python"] = lambda text: json.dumps(text, ensure_ascii=False)  # whose quotes are double
    environment.filters["yaml"] = _yaml_text
    local = (urlsplit(target).hostname or "") in _LOOPBACK
    values = {
        "target": target,
        "service": service,
        "pages": pages,
        "requests": requests,
        "local": local,
        "verify_tls": verify_tls,
    }
    return {path: environment.get_template(f"{path.rpartition('/')[2]}.j2").render(values) for path in PATHS}


def service_of(target: str) -> str:
    """What a service is called until somebody says better."""
    host = urlsplit(target).hostname or "service"
    return "service" if host in _LOOPBACK else host


def _yaml_text(text: str) -> str:
    """A double-quoted YAML scalar."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$") + '"'
