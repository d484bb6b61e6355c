"""Page loads, with the evidence that is kept of them, in a run folder that has none; their texts are hostile."""

from synthetic import page

from slogate.analyzer.web.facts import Request
from slogate.runs.folder import RunFolder
from slogate.runs.info import PagesInfo
from slogate.runs.page_evidence import EvidenceFolder, EvidenceInfo, FrameInfo
from slogate.runs.pages import PageLoadWriter

HOSTILE = "/x<script>alert(1)</script>|`*\x1b[31mred\x1b[0m\nnew line\u202e" + "y" * 600


def with_pages(folder: RunFolder, loads: int = 3, jpeg_bytes: int = 8_000, pages: int = 1) -> RunFolder:
    """Adds page loads to a run, the second the slowest, and evidence of it."""
    names = [f"page {number} <b>" for number in range(pages)]
    info = folder.read_info()
    info.areas.append("web")
    info.pages = PagesInfo(planned=names, known=names, loads=loads)
    folder.write_info(info)
    requests = (Request(url=HOSTILE, method="GET", type="Document", start_ms=1.0, end_ms=90.0, status=200),)
    with PageLoadWriter(folder.path / "pages.jsonl") as writer:
        for name in names:
            for index in range(1, loads + 1):
                writer.append(page(name, index=index, lcp_ms=900.0 if index == 2 else 200.0, requests=requests))
    for name in names:
        kept = EvidenceFolder.create(folder.path / "pages", name)
        frames = [FrameInfo(file=f"frame-{number:02}.jpg", at_ms=100.0 * number) for number in range(8)]
        for frame in frames:
            kept.write(frame.file, b"\xff\xd8\xff" + frame.file.encode() + bytes(jpeg_bytes))
        kept.write("load.har", b"{}")
        kept.write_info(EvidenceInfo(page=name, index=2, har="load.har", frames=frames, filmed=page(name)))
    return folder
