"""A picture that is large enough to be the largest paint of a small page."""

import struct

SIDE = 120
NOISE = bytes(7 * i * i % 251 for i in range(SIDE * SIDE * 3))  # an image with little in it is no candidate for LCP
BITMAP = (
    struct.pack("<2sIIIIiiHHIIiiII", b"BM", 54 + len(NOISE), 0, 54, 40, SIDE, SIDE, 1, 24, 0, 0, 0, 0, 0, 0) + NOISE
)
