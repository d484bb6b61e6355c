"""Password hashes that are slow on purpose, as a login's should be: about 40 ms of CPU each.

The hash is scrypt of the standard library, which releases the GIL, so callers run it in a thread. There is no password
reset, no lock-out and no sign-up.
"""

import hashlib
import hmac

_COST = 2**14  # with block size 8: 16 MiB and about 40 ms
_BLOCK_SIZE = 8
_MEMORY_LIMIT = 64 * 2**20  # bytes; OpenSSL's default is just too small for this cost
MATCHES_NOTHING = "00$"  # to compare with where there is no hash: it costs the same


def hash_password(password: str, salt: bytes) -> str:
    """`salt$digest`, both in hexadecimal."""
    digest = hashlib.scrypt(password.encode(), salt=salt, n=_COST, r=_BLOCK_SIZE, p=1, maxmem=_MEMORY_LIMIT)
    return f"{salt.hex()}${digest.hex()}"


def matches(password: str, stored: str) -> bool:
    """Whether `password` is the one that `stored` (of `hash_password`) was made from."""
    salt, _, _ = stored.partition("$")
    return hmac.compare_digest(hash_password(password, bytes.fromhex(salt)), stored)
