"""The colours of each finish, for the drawings of the products. The drawings themselves are `templates/art/*.svg`."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Palette:
    """Hexadecimal RGB: the thing from its lit side to its dark one, an accent, and the wall behind it."""

    light: str
    base: str
    dark: str
    accent: str
    wall: str


PALETTES: Mapping[str, Palette] = MappingProxyType(
    {
        "oak": Palette("#ecc998", "#d2a468", "#a2763f", "#3f5a4c", "#f1e9dc"),
        "walnut": Palette("#a87752", "#7c5236", "#4f3220", "#d9b382", "#ece2d6"),
        "brass": Palette("#f3d98b", "#d3ab48", "#96742a", "#39424e", "#efe8d8"),
        "clay": Palette("#e39a7a", "#c66f4d", "#8f4630", "#f3dfc8", "#f4e4da"),
        "sage": Palette("#b9cbb0", "#8da583", "#5f7758", "#e8d9b5", "#e7ece1"),
        "ink": Palette("#5d7391", "#344a68", "#1d2c44", "#e0b070", "#e1e7ee"),
        "rose": Palette("#f2bcbc", "#dd9091", "#ab5f66", "#6b4a55", "#f7e7e6"),
        "chalk": Palette("#ffffff", "#ece8e0", "#bfb8ab", "#b98a5a", "#dfe0dc"),
        "plum": Palette("#a583ab", "#775280", "#4b3054", "#e6c38f", "#ece3ee"),
    }
)
