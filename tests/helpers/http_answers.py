"""Answers of HTTP/1.1, valid ones and damaged ones, as hypothesis draws them."""

from hypothesis import strategies as st

_tokens = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-", min_size=1, max_size=12).filter(
    lambda name: name.lower() not in {"content-length", "transfer-encoding", "connection", "upgrade", "trailer"}
)
_values = st.text("abc XYZ019;=,/*\"'()é", max_size=30).map(str.strip)


@st.composite
def answers(draw: st.DrawFn) -> tuple[bytes, str, bool]:
    """A valid answer, the method it is for, and whether the connection's end is its end."""
    method = draw(st.sampled_from(["GET", "GET", "GET", "HEAD"]))
    status = draw(st.sampled_from([200, 200, 201, 204, 301, 304, 404, 500]))
    lines = [f"{name}: {value}" for name, value in draw(st.lists(st.tuples(_tokens, _values), max_size=6))]
    body = draw(st.binary(max_size=300))
    interim = draw(st.sampled_from(["", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"]))
    framing = draw(st.sampled_from(["length", "chunked", "end"]))
    wire = b""
    if status in {204, 304}:
        framing, body = "none", b""
    elif framing == "length":
        lines.append(f"Content-Length: {len(body)}")
        wire = body
    elif framing == "chunked":
        lines.append("Transfer-Encoding: chunked")
        cuts = sorted(draw(st.sets(st.integers(1, max(len(body), 1)), max_size=4)))
        parts = [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]
        wire = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts if part)
        wire += draw(st.sampled_from([b"0\r\n\r\n", b"0\r\nX-Trailer: t\r\n\r\n"]))
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status} Some Reason", *lines))
    if method == "HEAD":
        wire = b""
    return interim.encode() + head.encode("latin-1") + b"\r\n" + wire, method, framing == "end" and method != "HEAD"


@st.composite
def damaged_answers(draw: st.DrawFn) -> list[bytes]:
    """An answer with bytes flipped, cut out or put in, and garbage after it, in one piece or two."""
    data = bytearray(draw(answers())[0])
    edits = st.tuples(st.integers(0, 500), st.sampled_from(["flip", "cut", "insert"]), st.binary(max_size=9))
    for place, how, what in draw(st.lists(edits)):
        at = place % (len(data) + 1)
        if how == "insert":
            data[at:at] = what
        elif how == "cut":
            del data[at : at + len(what)]
        elif at < len(data):
            data[at] ^= (what or b"\x80")[0]
    garbage = draw(st.binary(max_size=30))
    return [bytes(data) + garbage] if draw(st.booleans()) else [bytes(data), garbage]


def cut(data: bytes, at: set[int]) -> list[bytes]:
    """The data in pieces that begin at these places."""
    places = sorted(place for place in at if 0 < place < len(data))
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]
