"""YAML to plain data, with the line of every value, and with a bound on what a small text may grow into.

It takes the YAML of a configuration file: mappings with text keys, lists, scalars, anchors and merge keys. Duplicate
keys are problems, not silent overwrites; tags that would build objects are refused; an alias bomb is refused before it
is unfolded.
"""

import re
from dataclasses import dataclass, field

import yaml

MAX_BYTES = 1_000_000
MAX_VALUES = 20_000  # a file of a thousand endpoints has about 5,000
MAX_NUMBER_LENGTH = 100  # YAML 1.1 has forms (1:1:1..., 0xfff...) that take long to read and cannot be printed

_MERGE = "tag:yaml.org,2002:merge"
_TEXT = "tag:yaml.org,2002:str"
_UNREADABLE = ""  # stands where a value was reported; None is what an empty value of the file is
_TOO_DEEP = "the file nests deeper than any SLO does"

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file: where it stands (line from 1, dotted path) and what would be right."""

    line: int
    path: str
    message: str

    def render(self, name: str) -> str:
        """`slo.yaml:12: api.latency.p59: message`"""
        return f"{name}:{self.line}: {f'{self.path}: ' if self.path else ''}{self.message}"


TOO_LARGE = Problem(1, "", f"the file is larger than {MAX_BYTES:,} bytes, which no SLO needs")


@dataclass
class Document:
    """Plain data, the line (from 1) of each path into it, and the problems met on the way."""

    data: object = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of `path`, or of its nearest ancestor that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def dotted(path: Path) -> str:
    """`api.endpoints["GET /health"].latency.p95`"""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part.replace("_", "").replace("-", "").replace(".", "").isalnum():
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text


def parse(text: str, guide: str = "docs/slo.md") -> Document:
    """Reads `text`; every problem is in the result, none is raised. `guide` is the document that shows such a file."""
    if len(text.encode()) > MAX_BYTES:
        return Document(problems=[TOO_LARGE])
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        return Document(problems=[_syntax_problem(error, text)])
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return Document(
            problems=[Problem(line, "", f"this is not YAML: the character #x{error.character:04x} is in it")]
        )
    except RecursionError:
        return Document(problems=[Problem(1, "", _TOO_DEEP)])
    document = Document()
    if node is None:
        document.problems.append(Problem(1, "", f"the file is empty; {guide} shows what a first one looks like"))
        return document
    reader = _Reader(document)
    try:
        document.data = reader.read(node, ())
    except _UnfoldError as error:
        document.problems = [Problem(error.line, "", str(error))]
    except RecursionError:
        document.problems = [Problem(1, "", _TOO_DEEP)]
    return document


class _UnfoldError(Exception):
    """Why the aliases cannot be unfolded, and the line where that was seen."""

    def __init__(self, message: str, node: yaml.Node) -> None:
        super().__init__(message)
        self.line = node.start_mark.line + 1


class _Reader:
    """Walks YAML nodes into plain data. An alias is walked each time it occurs, which is what the bound counts."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._constructor = yaml.constructor.SafeConstructor()
        self._values = 0
        self._open: set[int] = set()

    def read(self, node: yaml.Node, path: Path) -> object:
        self._count(1, node)
        self._document.lines.setdefault(path, node.start_mark.line + 1)
        if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
            self._problem(node, path, f"the tag {node.tag} would build an object; a file of plain values is needed")
            return _UNREADABLE
        self._enter(node)
        try:
            match node:
                case yaml.MappingNode():
                    return self._mapping(node, path)
                case yaml.SequenceNode():
                    return [self.read(child, (*path, index)) for index, child in enumerate(node.value)]
                case _:
                    return self._scalar(node, path)
        finally:
            self._open.discard(id(node))

    def _count(self, values: int, node: yaml.Node) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            message = f"the aliases unfold to more than {MAX_VALUES:,} values; write them out, or use fewer"
            raise _UnfoldError(message, node)

    def _enter(self, node: yaml.Node) -> None:
        if id(node) in self._open:
            raise _UnfoldError("an alias stands inside what it stands for; write the values out", node)
        self._open.add(id(node))

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        self._report_duplicates([key for key, _ in node.value if key.tag != _MERGE], path)
        result: dict[str, object] = {}
        for key_node, value_node in self._entries(node, path):
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(key_node, path, "a key must be plain text")
                continue
            # The key as written: an unquoted `on` or `1.0` is a name here, not a boolean or a number.
            key = str(key_node.value)
            self._document.lines[(*path, key)] = key_node.start_mark.line + 1
            result[key] = self.read(value_node, (*path, key))
        return result

    def _entries(self, node: yaml.MappingNode, path: Path) -> list[tuple[yaml.Node, yaml.Node]]:
        """The keys and values of a mapping; first those that `<<` brings in, so that its own replace them.

        yaml's own `flatten_mapping` changes the node, which its other aliases share, and unfolds without a bound.
        """
        merged: list[tuple[yaml.Node, yaml.Node]] = []
        for key, value in node.value:
            if key.tag != _MERGE:
                continue
            sources = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for source in reversed(sources):  # of several mappings the first one wins
                if not isinstance(source, yaml.MappingNode):
                    self._problem(source, path, "the merge key << takes a mapping, or a list of mappings")
                    continue
                self._count(len(source.value), source)
                self._enter(source)
                merged += self._entries(source, path)
                self._open.discard(id(source))
        return merged + [entry for entry in node.value if entry[0].tag != _MERGE]

    def _scalar(self, node: yaml.Node, path: Path) -> object:
        if node.tag != _TEXT and len(node.value) > MAX_NUMBER_LENGTH:
            self._problem(node, path, f"a value of {len(node.value):,} characters must be text; put it in quotes")
            return _UNREADABLE
        try:
            value: object = self._constructor.construct_object(node)
        except (yaml.constructor.ConstructorError, ValueError) as error:
            detail = getattr(error, "problem", None) or str(error)
        except (AttributeError, LookupError):  # what yaml's constructors do to a value that its !!tag does not fit
            detail = f"{node.value!r} does not fit the tag {node.tag}"
        else:
            return value
        self._problem(node, path, f"{detail}; put the text in quotes if it is meant as text")
        return _UNREADABLE

    def _report_duplicates(self, keys: list[yaml.Node], path: Path) -> None:
        first: dict[str, int] = {}
        for key in keys:
            line = key.start_mark.line + 1
            name = str(key.value)
            if name in first:
                self._problem(key, (*path, name), f"this key already stands in line {first[name]}; keep one of them")
            first.setdefault(name, line)

    def _problem(self, node: yaml.Node, path: Path, message: str) -> None:
        self._document.problems.append(Problem(node.start_mark.line + 1, dotted(path), message))


def _syntax_problem(error: yaml.MarkedYAMLError, text: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    message = f"this is not YAML: {error.problem or error.context}"
    lines = text.splitlines()
    source = lines[line - 1] if line <= len(lines) else ""
    quoted = re.search(r":\s*([>%@`][^,}\]#]*)", source)
    if quoted:
        message += f"; put the value in quotes: '{quoted[1].strip()}'"
    elif "${" in source:
        message += "; put a value with ${...} in quotes"
    elif "\t" in source:
        message += "; the line holds a tab, and YAML indents with spaces"
    return Problem(line, "", message)
