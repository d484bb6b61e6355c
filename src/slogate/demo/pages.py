"""The shop's documents, images, styles and scripts: made once at start and served from memory, with ETag.

The documents are the same for everybody; the scripts in them ask the API for what is shown.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from slogate.demo.misbehaviour import HERO_IMAGE
from slogate.demo.palette import PALETTES
from slogate.demo.seed import CATEGORIES

_HERE = Path(__file__).parent
_MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".jpg": "image/jpeg",
        ".svg": "image/svg+xml; charset=utf-8",
    }
)
_KEEP = "public, max-age=3600"
_ASK_AGAIN = "no-cache"  # may be kept, but is validated each time; the answer is then a 304


@dataclass(frozen=True)
class Content:
    """Something that is served as it is."""

    body: bytes
    headers: dict[str, str]

    @classmethod
    def of(cls, body: bytes, media_type: str, cache_control: str) -> "Content":
        etag = f'"{hashlib.blake2b(body, digest_size=8).hexdigest()}"'
        return cls(body, {"Content-Type": media_type, "Cache-Control": cache_control, "ETag": etag})

    def respond(self, request: Request, status: int = 200) -> Response:
        """The content, or a 304 without it when the client has it already."""
        known = request.headers.get("if-none-match", "")
        if self.headers["ETag"] in [tag.strip().removeprefix("W/") for tag in known.split(",")]:
            return Response(status_code=304, headers=self.headers)
        return Response(self.body, status, self.headers)


class Site:
    """All documents and assets, with the faults of area "web" that are made in documents."""

    def __init__(self, faults: frozenset[str], product_exists: Callable[[str], bool]) -> None:
        self._product_exists = product_exists
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._assets = self._static_files() | self._product_images()
        home = "blank.html" if "blank-page" in faults else "home.html"
        self._home = self._document(home, long_task="long-task" in faults)
        self._product = self._document("product.html")
        self._cart = self._document("cart.html")
        self._login = self._document("login.html")
        self._not_found = self._document("not-found.html")

    def routes(self) -> list[Route]:
        return [
            Route("/", _always(self._home)),
            Route("/cart", _always(self._cart)),
            Route("/login", _always(self._login)),
            Route("/product/{id}", self.product),
            Route("/static/{path:path}", self.asset),
            Route("/images/{path:path}", self.asset),
        ]

    async def product(self, request: Request) -> Response:
        if not self._product_exists(request.path_params["id"]):
            return self.not_found(request)
        return self._product.respond(request)

    async def asset(self, request: Request) -> Response:
        content = self._assets.get(request.url.path)
        if content is None:
            raise HTTPException(404)
        return content.respond(request)

    def not_found(self, request: Request) -> Response:
        return self._not_found.respond(request, 404)

    def _document(self, template: str, *, long_task: bool = False) -> Content:
        text = self._templates.get_template(template).render(
            categories=CATEGORIES, hero_image=HERO_IMAGE, long_task=long_task
        )
        return Content.of(text.encode(), "text/html; charset=utf-8", _ASK_AGAIN)

    def _product_images(self) -> dict[str, Content]:
        images = {}
        for category in CATEGORIES:
            drawing = self._templates.get_template(f"art/{category.slug}.svg")
            for finish, palette in PALETTES.items():
                body = drawing.render(colour=palette).encode()
                images[f"/images/{category.slug}-{finish}.svg"] = Content.of(body, _MEDIA_TYPES[".svg"], _KEEP)
        return images

    @staticmethod
    def _static_files() -> dict[str, Content]:
        root = _HERE / "static"
        return {
            f"/static/{path.relative_to(root).as_posix()}": Content.of(
                path.read_bytes(), _MEDIA_TYPES[path.suffix], _KEEP
            )
            for path in root.rglob("*")
            if path.suffix in _MEDIA_TYPES
        }


def _always(content: Content) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        return content.respond(request)

    return respond
