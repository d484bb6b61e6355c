"""The first files are in order, whatever the site is called and whatever its paths look like."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogate import scaffold
from slogate.slo.file import load

TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=30)
PATHS = st.lists(TEXT.map(lambda text: f"/{text}"), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        (["/"], ["home"]),
        (["/start", "/cart", "/product/7"], ["home", "cart", "product"]),
        (["/", "/shop/a/b", "/other/a/b"], ["home", "a-b", "a-b-2"]),
        (["/", "/7", "/8/9"], ["home", "page", "page-2"]),
        (["/", "/home"], ["home", "home-1"]),
        (["/", "/a?tab=cart"], ["home", "a"]),
    ],
)
def test_pages_are_named_after_their_paths(paths: list[str], names: list[str]) -> None:
    assert [page.name for page in scaffold.named_pages([(path, None) for path in paths])] == names


def test_paths_of_one_kind_are_one_request() -> None:
    requests = scaffold.first_requests(["/api/items/1", "/api/items/2", "/api/items", "/api-items?page=2"])
    assert [request.name for request in requests] == ["/api/items/[id]", "/api/items", "/api-items"]
    assert len({request.function for request in requests}) == 3


@given(service=TEXT, paths=PATHS, ready=st.one_of(st.none(), TEXT))
def test_the_files_can_be_read_whatever_was_found(service: str, paths: list[str], ready: str | None) -> None:
    pages = scaffold.named_pages([(path, ready) for path in paths])
    files = scaffold.render("http://127.0.0.1:8000", service, pages, scaffold.first_requests(paths))
    assert load(files["slo.yaml"].encode(), "slo.yaml", {}).slo.service == service
    journeys, scenario = ast.parse(files["webvitals/site.py"]), ast.parse(files["loadtests/visitor.py"])
    functions = [node.name for node in journeys.body if isinstance(node, ast.FunctionDef)]
    assert len(set(functions)) == len(pages)
    (visitor,) = [node for node in scenario.body if isinstance(node, ast.ClassDef)]
    tasks = [node.name for node in visitor.body if isinstance(node, ast.FunctionDef)]
    assert len(tasks) == len(set(tasks)) >= 1


@pytest.mark.parametrize(("target", "local"), [("http://localhost:1", True), ("https://shop.example", False)])
def test_resources_are_judged_where_they_can_be_seen(target: str, local: bool) -> None:
    files = scaffold.render(target, "s", scaffold.named_pages([("/", None)]), scaffold.first_requests(["/"]))
    slo = load(files["slo.yaml"].encode(), "slo.yaml", {}).slo
    assert (slo.resources is not None) is local
