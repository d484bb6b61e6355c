import json
from pathlib import Path

import pytest

from slogate.errors import ConfigError
from slogate.vitals.plan import PagesPlan

PLAN = {
    "journeys": ["webvitals/storefront.py"],
    "base_url": "http://shop:8000",
    "allowed_hosts": ["shop"],
    "page_loads": 3,
    "output": "pages.jsonl",
    "wall_offset_us": 17,
}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    plan = PagesPlan.model_validate(PLAN)
    assert (plan.warmup_loads, plan.deadline_s, plan.pages, plan.verify_tls) == (1, 45.0, None, True)
    plan.write(tmp_path / "plan.json")
    assert PagesPlan.read(tmp_path / "plan.json") == plan


@pytest.mark.parametrize(
    ("change", "named"),
    [({"page_loads": -1}, "page_loads"), ({"deadline_s": 0}, "deadline_s"), ({"colour": "red"}, "colour")],
)
def test_a_wrong_plan_names_the_field(tmp_path: Path, change: dict[str, object], named: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(PLAN | change))
    with pytest.raises(ConfigError, match=named):
        PagesPlan.read(path)


def test_a_missing_plan_or_one_that_is_not_json_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        PagesPlan.read(tmp_path / "plan.json")
    (tmp_path / "plan.json").write_text("not json")
    with pytest.raises(ConfigError, match=r"plan\.json: file: "):
        PagesPlan.read(tmp_path / "plan.json")
