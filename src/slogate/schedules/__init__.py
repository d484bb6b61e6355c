"""Ready schedules for `slogate nightly` and `slogate watchdog`, as text: what `slogate init --schedule` writes.

The files stand beside this one, each as it is read by its scheduler but for `@{ value }`: GitHub has `${{ }}` for
itself, the shell `${ }`. Whatever is put in is quoted for the place where it stands.
"""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from jinja2 import Environment, PackageLoader, StrictUndefined

Scheduler = Literal["github", "gitlab", "cron", "systemd", "k8s"]
_TMP = ("/tmp", "/var/tmp")  # noqa: S108  # those that PrivateTmp of systemd hides
SCHEDULERS: tuple[Scheduler, ...] = get_args(Scheduler)

# Where each file goes, below the folder of slo.yaml, and which one it is made of.
_FILES: Mapping[Scheduler, Mapping[str, str]] = {
    "github": {
        ".github/workflows/slogate-nightly.yml": "github-nightly.yml.j2",
        ".github/workflows/slogate-watchdog.yml": "github-watchdog.yml.j2",
    },
    "gitlab": {".gitlab/slogate.gitlab-ci.yml": "gitlab.yml.j2"},
    "cron": {"schedules/slogate.cron": "cron.j2"},
    "systemd": {
        "schedules/slogate-nightly.service": "nightly.service.j2",
        "schedules/slogate-nightly.timer": "nightly.timer.j2",
        "schedules/slogate-watchdog.service": "watchdog.service.j2",
        "schedules/slogate-watchdog.timer": "watchdog.timer.j2",
    },
    "k8s": {"schedules/Dockerfile": "Dockerfile.j2", "schedules/kubernetes.yaml": "kubernetes.yaml.j2"},
}


@dataclass(frozen=True)
class Suite:
    """What a schedule has to know: the service and the profile of slo.yaml, the environment variables that it names
    and those among them that have no default, the folder it lies in and those of scenarios and journeys beside it, how
    slogate is called there, and the user it runs as.
    """

    service: str
    profile: str
    variables: tuple[str, ...]
    to_set: tuple[str, ...]
    folder: str
    scripts: tuple[str, ...]
    command: str
    user: str
    version: str

    @property
    def slug(self) -> str:
        """The service as a name that every scheduler takes: a label of DNS (RFC 1123) of 40 characters at most."""
        return re.sub(r"[^a-z0-9]+", "-", self.service.lower())[:40].strip("-") or "service"

    @property
    def below_tmp(self) -> bool:
        """Whether a service with a /tmp of its own would see neither the folder nor the program."""
        return any(Path(place).is_relative_to(tmp) for place in (self.folder, self.command) for tmp in _TMP)


def paths(scheduler: Scheduler) -> tuple[str, ...]:
    """The files of a scheduler, below the folder of slo.yaml."""
    return tuple(_FILES[scheduler])


def render(scheduler: Scheduler, suite: Suite) -> Mapping[str, str]:
    """The text of each file, by its path below the folder."""
    environment = Environment(
        loader=PackageLoader("slogate", "schedules"),
        autoescape=False,  # noqa: S701  # no HTML; what is put in is quoted by the filters below
        undefined=StrictUndefined,
        variable_start_string="@{",
        variable_end_string="}",
        block_start_string="@%",
        block_end_string="%@",
        comment_start_string="@#",
        comment_end_string="#@",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"quoted": _quoted, "cron": _cron, "unit": _unit, "argument": _argument}
    folder_of_command = suite.command.rpartition("/")[0]
    values = {
        **asdict(suite),
        "slug": suite.slug,
        "below_tmp": suite.below_tmp,
        "path": ":".join(filter(None, [folder_of_command, "/usr/local/bin:/usr/bin:/bin"])),
    }
    return {path: environment.get_template(name).render(values) for path, name in _FILES[scheduler].items()}


def next_steps(scheduler: Scheduler, suite: Suite) -> tuple[str, ...]:
    """What is left to a person, a sentence or a command each."""
    folder, slug = suite.folder, suite.slug
    to_set = f"{', '.join(suite.to_set)}, which slo.yaml names without a default" if suite.to_set else ""
    match scheduler:
        case "github":
            named = f", and the secrets or variables {', '.join(suite.variables)}" if suite.variables else ""
            return (f"commit .github/workflows{named}; then: gh workflow run slogate-nightly.yml",)
        case "gitlab":
            return (
                "in .gitlab-ci.yml: include: {local: .gitlab/slogate.gitlab-ci.yml}",
                "in Build > Pipeline schedules: one with SLOGATE=nightly, daily; one with SLOGATE=watchdog, 4-hourly",
                *([f"in Settings > CI/CD > Variables: {to_set}"] if to_set else []),
            )
        case "cron":
            source = shlex.quote(f"{folder}/schedules/slogate.cron")
            installed = f"/etc/cron.d/slogate-{slug}"
            if not to_set:
                return (f"sudo install -m 644 {source} {installed}",)
            # Not in the file of the folder, which is committed: their values may be secrets.
            return (f"sudo install -m 600 {source} {installed}", f"in {installed}, set {to_set}")
        case "systemd":
            source = shlex.quote(f"{folder}/schedules")
            return (
                f"sudo cp {source}/slogate-*.service {source}/slogate-*.timer /etc/systemd/system/",
                *([f"in /etc/slogate/{slug}.env, readable by root alone, set {to_set}"] if to_set else []),
                "sudo systemctl daemon-reload",
                "sudo systemctl enable --now slogate-nightly.timer slogate-watchdog.timer",
            )
        case "k8s":
            values = " ".join(f"--from-literal={name}=VALUE" for name in suite.to_set) or "--from-env-file=FILE"
            return (
                f"docker build --file schedules/Dockerfile --tag {slug}-slogate .",
                "push it, and name it in schedules/kubernetes.yaml as your registry does",
                f"kubectl create secret generic {slug}-slogate {values}",
                "kubectl apply --filename schedules/kubernetes.yaml",
            )


def _quoted(text: str) -> str:
    """A double-quoted scalar of YAML, which JSON's text is."""
    return json.dumps(text, ensure_ascii=False)


def _cron(text: str) -> str:
    """A word of a command of cron, to which a plain % is a line break."""
    return shlex.quote(text).replace("%", r"\%")


def _unit(text: str) -> str:
    """The value of a setting of systemd that is one text."""
    return " ".join(text.split()).replace("%", "%%")


def _argument(text: str) -> str:
    """A word of a setting of systemd that is a list of words."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if re.search(r'[\s"\';]', text) or not text else escaped
