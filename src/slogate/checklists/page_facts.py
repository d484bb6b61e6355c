"""What the judged loads of pages show beyond their metrics: headers of documents, compression, formats of images.

Only loads that ended well are looked at, and of a page without any nothing is shown. Third parties are left out: what
they send is theirs to mend.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from slogate.analyzer.evidence import Evidence
from slogate.analyzer.web.facts import RATE_LIMIT_HEADERS, LoadOutcome, PageLoad, Request
from slogate.analyzer.web.network import sent, transferred_bytes
from slogate.analyzer.web.third_party import is_third_party, site_of
from slogate.checklists.proof import Mark, Proof

_HSTS = "strict-transport-security"
# Below this an answer fits into one packet, and compressing it saves no round trip.
COMPRESSED_FROM_BYTES = 1_400
# https://github.com/GoogleChrome/lighthouse/blob/main/core/audits/byte-efficiency/modern-image-formats.js: smaller
# savings are not worth a word.
MODERN_FROM_BYTES = 8_192
_TEXT = ("text/", "javascript", "json", "xml", "wasm")
_ENCODINGS = frozenset({"br", "compress", "deflate", "gzip", "zstd"})
_OLD_IMAGES = frozenset({"image/bmp", "image/gif", "image/jpeg", "image/png", "image/tiff"})


def headers(names: Sequence[str], evidence: Evidence) -> list[Proof]:
    """Whether the document of every page had these headers, in each of its loads.

    A missing Strict-Transport-Security decides nothing where the page came over http: browsers ignore it there
    (https://www.rfc-editor.org/rfc/rfc6797#section-8.1).
    """
    lacking: dict[str, set[str]] = {}
    over_http, seen = set(), set()
    for load in _loads(evidence):
        document = _document(load)
        if document is None or document.headers is None:
            continue
        seen.add(load.page)
        missing = {name for name in names if name not in document.headers}
        if _HSTS in missing and urlsplit(document.url).scheme == "http":
            missing.remove(_HSTS)
            over_http.add(load.page)
        if missing:
            lacking.setdefault(load.page, set()).update(missing)
    if not seen:
        return [Proof(Mark.OPEN, "headers.unseen")]
    if lacking:
        return [
            Proof(Mark.CROSSED, "headers.missing", {"page": page, "headers": ", ".join(sorted(missing))})
            for page, missing in lacking.items()
        ]
    if over_http:
        return [Proof(Mark.UNDECIDED, "headers.over_http", {"pages": ", ".join(sorted(over_http))})]
    return [Proof(Mark.TICKED, "headers.present", {"headers": ", ".join(names), "pages": ", ".join(sorted(seen))})]


def compressed(evidence: Evidence) -> list[Proof]:
    """Whether every text that is worth it was sent compressed."""

    def is_text(size: int, kind: str) -> bool:
        return size >= COMPRESSED_FROM_BYTES and any(part in kind for part in _TEXT)

    def is_compressed(request: Request) -> bool:
        encoding = (request.headers or {}).get("content-encoding", "")
        return bool(_ENCODINGS & {part.strip().lower() for part in encoding.split(",")})

    return _of_files("compressed", _files(evidence, is_text), is_compressed)


def modern_images(evidence: Evidence) -> list[Proof]:
    """Whether every image that is worth it was sent in a format of today: WebP, AVIF, SVG."""

    def is_image(size: int, kind: str) -> bool:
        return size >= MODERN_FROM_BYTES and kind.startswith("image/")

    return _of_files("modern_images", _files(evidence, is_image), lambda request: _kind(request) not in _OLD_IMAGES)


def limited_pages(evidence: Evidence) -> Iterator[str]:
    """The addresses of answers to pages that tell of a rate limit by their headers."""
    for load in _loads(evidence):
        for request in sent(load):
            if request.headers is not None and any(name in request.headers for name in RATE_LIMIT_HEADERS):
                yield request.url


@dataclass(frozen=True)
class _File:
    """A file that was sent, and how many bytes that took."""

    request: Request
    size: int


def _of_files(code: str, files: Sequence[_File], holds: Callable[[Request], bool]) -> list[Proof]:
    if not files:
        return [Proof(Mark.OPEN, f"{code}.unseen")]
    failing = [file for file in files if not holds(file.request)]
    if not failing:
        return [Proof(Mark.TICKED, f"{code}.all", {"files": len(files)})]
    largest = max(failing, key=lambda file: file.size)
    first: dict[str, str | int] = {"url": largest.request.url, "bytes": largest.size}
    return [Proof(Mark.CROSSED, f"{code}.some", {"failing": len(failing), "files": len(files), **first})]


def _files(evidence: Evidence, wanted: Callable[[int, str], bool]) -> list[_File]:
    """One for each address of the pages' own sites that was answered with a file and is `wanted`, which is
    asked with its size and media type.
    """
    found: dict[str, _File] = {}
    for load in _loads(evidence):
        site = site_of(load.url)
        for request in sent(load):
            size = transferred_bytes(request)
            answered = request.status is not None and 200 <= request.status < 300 and request.headers is not None
            if site is None or not answered or size is None or is_third_party(request, site):
                continue
            if wanted(size, _kind(request)):
                found.setdefault(request.url, _File(request, size))
    return list(found.values())


def _kind(request: Request) -> str:
    return (request.headers or {}).get("content-type", "").partition(";")[0].strip().lower()


def _loads(evidence: Evidence) -> Iterable[PageLoad]:
    return (load for load in evidence.pages if not load.warmup and load.outcome is LoadOutcome.OK)


def _document(load: PageLoad) -> Request | None:
    """The document that the page is; None for a soft navigation."""
    if load.soft is not None:
        return None
    documents = [r for r in load.requests if r.main_frame and r.type == "Document" and not _is_redirect(r)]
    return documents[-1] if documents else None


def _is_redirect(request: Request) -> bool:
    return request.status is not None and 300 <= request.status < 400
