"""The units in which numbers are shown, and how a sentence has them."""

from typing import Literal

Unit = Literal["ms", "ratio", "bytes", "count", "score", "change", "bytes_per_s", "per_s"]


def say(value: float | None, unit: Unit) -> str:
    """A value as a sentence has it: `640 ms`, `12.5 s`, `0.81 %`, `300 kB`, `57`, `0.08`, `2.5 MB/s`, `40/s`. A
    change has its sign: `+3.2 %`. A kB is 1,000 bytes.
    """
    if value is None:
        return "?"
    match unit:
        case "ms":
            if value >= 10_000:
                return f"{value / 1000:,.1f} s"
            return f"{value:,.0f} ms" if value >= 100 else f"{value:.1f} ms"
        case "ratio":
            percent = value * 100
            return f"{percent:.2f} %" if percent < 10 else f"{percent:.1f} %"
        case "change":
            return f"{value * 100:+.1f} %" if abs(value) < 10 else f"{value:+,.0%}".replace("%", " %")
        case "bytes":
            return _say_bytes(value)
        case "bytes_per_s":
            return f"{_say_bytes(value)}/s"
        case "per_s":
            return f"{value:,.0f}/s" if value >= 100 else f"{value:.3g}/s"
        case "count":
            return f"{value:,.0f}"
        case "score":
            return f"{value:.4f}".rstrip("0").rstrip(".")


def counted(count: int, noun: str) -> str:
    """A number of things as a sentence has it: `1 load`, `2 loads`, `1,200 requests`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _say_bytes(value: float) -> str:
    if value < 1000:
        return f"{value:.0f} B"
    for symbol in ("kB", "MB", "GB"):
        value /= 1000
        if value < 999.5 or symbol == "GB":
            break
    return f"{value:,.0f} {symbol}" if value >= 100 else f"{value:.3g} {symbol}"
