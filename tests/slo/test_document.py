"""YAML to plain data: every value has its line, every problem is told, and nothing is built, run or unfolded without
bound.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogate.slo.document import MAX_BYTES, MAX_VALUES, Problem, dotted, parse


def problems(text: str) -> list[tuple[int, str, str]]:
    return [(problem.line, problem.path, problem.message) for problem in parse(text).problems]


def test_every_value_has_its_line() -> None:
    document = parse("a: 1\nb:\n  c: {d: 2,\n      e: [3, 4]}\n")
    assert document.data == {"a": 1, "b": {"c": {"d": 2, "e": [3, 4]}}}
    assert document.problems == []
    assert [document.line(path) for path in ((), ("a",), ("b", "c", "d"), ("b", "c", "e"), ("b", "c", "e", 1))] == [
        1,
        1,
        3,
        4,
        4,
    ]


def test_what_is_not_in_the_file_has_the_line_of_its_nearest_ancestor() -> None:
    document = parse("a: 1\nb:\n  c: {}\n")
    assert document.line(("b", "c", "gone", "deeper")) == 3
    assert document.line(("gone",)) == 1


@pytest.mark.parametrize("key", ["on", "yes", "null", "1.0", "0x10", "1:30", "2020-01-01", "~"])
def test_a_key_is_the_text_that_is_written(key: str) -> None:
    assert parse(f"{key}: 1\n").data == {key: 1}


@pytest.mark.parametrize(
    ("text", "value"),
    [("v: yes", True), ("v: 012", 10), ("v: ~", None), ("v:", None), ("v: '1'", "1"), ("v: < 5ms", "< 5ms")],
)
def test_plain_values_are_those_of_yaml(text: str, value: object) -> None:
    assert parse(text).data == {"v": value}


def test_duplicate_keys_are_each_told() -> None:
    assert problems("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n\na: 4\na: 5\n") == [
        (7, "a", "this key already stands in line 1; keep one of them"),
        (8, "a", "this key already stands in line 1; keep one of them"),
        (5, "b.c", "this key already stands in line 3; keep one of them"),
    ]


def test_an_alias_is_its_anchor() -> None:
    document = parse("a: &a {x: 1}\nb: *a\n")
    assert document.data == {"a": {"x": 1}, "b": {"x": 1}}
    assert document.line(("b",)) == 2


def test_a_merge_is_overridden_by_the_mappings_own_keys_and_by_the_first_of_several() -> None:
    document = parse("a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc:\n  y: 9\n  <<: [*b, *a]\n")
    assert document.data == {"a": {"x": 1, "y": 1}, "b": {"x": 2, "z": 2}, "c": {"x": 2, "y": 9, "z": 2}}
    assert document.problems == []
    assert document.line(("c", "z")) == 2


def test_a_mapping_that_merges_can_be_used_again() -> None:
    document = parse("a: &a {x: 1}\nb: &b {<<: *a, x: 2}\nc: *b\nd: {<<: *b}\n")
    assert document.data == {"a": {"x": 1}, "b": {"x": 2}, "c": {"x": 2}, "d": {"x": 2}}
    assert document.problems == []


@pytest.mark.parametrize("source", ["5", "text", "[5]", "~", "[[{a: 1}]]"])
def test_a_merge_takes_mappings(source: str) -> None:
    assert problems(f"a:\n  <<: {source}\n") == [(2, "a", "the merge key << takes a mapping, or a list of mappings")]


def bomb(levels: int, fan: int) -> str:
    """A list that unfolds to fan ** levels values."""
    lists = ["a0: &a0 [" + "x," * fan + "]"]
    lists += [f"a{i}: &a{i} [" + f"*a{i - 1}," * fan + "]" for i in range(1, levels)]
    return "\n".join(lists)


def merge_bomb(levels: int, fan: int) -> str:
    """The same, of merge keys inside a merge key, which a loader unfolds before it looks at any value."""
    text = "{k: 1}"
    for level in range(levels):
        text = f"{{<<: [&a{level} {text}" + f", *a{level}" * (fan - 1) + "]}"
    return f"x: {text}"


WIDE_MERGE = "a: &a {" + ", ".join(f"k{i}: 1" for i in range(5000)) + "}\nb: {<<: [" + "*a, " * 5000 + "]}\n"


@pytest.mark.parametrize(
    "text", [bomb(9, 10), bomb(30, 2), merge_bomb(12, 10), merge_bomb(40, 2), WIDE_MERGE], ids=lambda text: text[:20]
)
def test_a_bomb_is_refused_before_it_unfolds(text: str) -> None:
    [(_, path, message)] = problems(text)
    assert (path, message) == (
        "",
        f"the aliases unfold to more than {MAX_VALUES:,} values; write them out, or use fewer",
    )


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: *a}", "&a {b: {c: *a}}", "a: &a {<<: *a, b: 1}"])
def test_an_alias_of_itself_is_refused(text: str) -> None:
    assert problems(text) == [(1, "", "an alias stands inside what it stands for; write the values out")]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused(opening: str) -> None:
    assert problems(opening * 100_000) == [(1, "", "the file nests deeper than any SLO does")]


def test_a_large_file_is_refused_unread() -> None:
    assert "larger than 1,000,000 bytes" in problems("a: " + "x" * MAX_BYTES)[0][2]


@pytest.mark.parametrize(
    "value",
    [
        "!!python/object/apply:os.system ['true']",
        "!!python/name:os.system ''",
        "!!python/tuple [1, 2]",
        "!mine {a: 1}",
        "!<tag:example.org,2000:x> y",
    ],
)
def test_a_tag_that_would_build_an_object_is_refused(value: str) -> None:
    [(line, path, message)] = problems(f"a: 1\nb: {value}\n")
    assert (line, path) == (2, "b")
    assert "would build an object; a file of plain values is needed" in message


def test_a_refused_value_may_be_used_again() -> None:
    seen = problems("a: &a !mine {x: 1}\nb: *a\n")
    assert [(line, path) for line, path, _ in seen] == [(1, "a"), (1, "b")]
    assert all("would build an object" in message for _, _, message in seen)


@pytest.mark.parametrize(
    "value",
    [
        "!!int ''",
        "!!int x",
        "!!bool maybe",
        "!!timestamp now",
        "!!float x",
        "!!binary é",
        "!!nothing x",
        "=",
        "2020-13-45",
        "9" * 5000,
        "0x" + "f" * 5000,  # an integer that Python cannot print
        "1" + ":1" * 200_000,  # sexagesimal: minutes of work
    ],
    ids=lambda value: value[:12],
)
def test_a_scalar_that_is_no_value_is_told(value: str) -> None:
    [(line, path, message)] = problems(f"a: 1\nb: {value}\n")
    assert (line, path) == (2, "b")
    assert "quotes" in message


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "---\n...\n"])
def test_an_empty_file(text: str) -> None:
    document = parse(text)
    assert document.data is None
    assert not document.problems or "the file is empty" in document.problems[0].message


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: [1", 1, "this is not YAML: "),
        ("a: 1\nb: }", 2, "this is not YAML: "),
        ("a: 1\n b: 2", 2, "this is not YAML: "),
        ("a: 1\n\tb: 2", 2, "the line holds a tab, and YAML indents with spaces"),
        ("a: *gone", 1, "found undefined alias 'gone'"),
        ("a: 1\n---\nb: 2\n", 2, "found another document"),
        ("a: {p95: > 5ms}", 1, "put the value in quotes: '> 5ms'"),
        ("a:\n  p95: > 5%", 2, "put the value in quotes: '> 5%'"),
        ("a:\n  p95: @x", 2, "put the value in quotes: '@x'"),
        ("a: {p95: < ${LIMIT}}", 1, "put a value with ${...} in quotes"),
        ("a: 1\nb: \x00", 2, "the character #x0000 is in it"),
        ("a: 1\n\nb: \x1b[31m", 3, "the character #x001b is in it"),
    ],
)
def test_what_is_not_yaml_names_the_line_and_where_it_can_the_cure(text: str, line: int, message: str) -> None:
    [(seen, path, told)] = problems(text)
    assert (seen, path) == (line, "")
    assert message in told


def test_a_key_must_be_text() -> None:
    assert problems("? [a, b]\n: 1\n") == [(1, "", "a key must be plain text")]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("api", "latency", "p99.9"), "api.latency.p99.9"),
        (("api", "endpoints", "GET /health", "errors"), 'api.endpoints["GET /health"].errors'),
        (("GET /x",), '["GET /x"]'),
        (("profiles", "smoke", "pages", 0), "profiles.smoke.pages[0]"),
        (("allowed_hosts",), "allowed_hosts"),
    ],
)
def test_dotted(path: tuple[str | int, ...], text: str) -> None:
    assert dotted(path) == text


def test_a_problem_reads_as_a_compiler_says_it() -> None:
    assert Problem(12, "api.latency.p59", "did you mean p95?").render("slo.yaml") == (
        "slo.yaml:12: api.latency.p59: did you mean p95?"
    )
    assert Problem(1, "", "the file is empty").render("a/b.yaml") == "a/b.yaml:1: the file is empty"


@given(st.text(alphabet=st.sampled_from("ab:-?&*!<>=~{}[],|#%@'\" \n\t1.\x00é"), max_size=60))
@settings(max_examples=400, deadline=None)
def test_any_text_can_be_read_and_its_problems_stand_in_its_lines(text: str) -> None:
    document = parse(text)
    assert all(1 <= problem.line <= text.count("\n") + 1 for problem in document.problems)
