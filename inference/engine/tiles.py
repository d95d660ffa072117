"""How many tokens of a case file attention is given at a time. Knows devices and bytes, no tensors."""

MOST = 32_768  # tokens: memory stays flat
MADE = (
    2 * 2**20
)  # bytes of numbers that are made for it: a processor's caches hold them until they are attended to
FOUND = 4 * 2**20  # of numbers that lie there: they are come back to once for every few queries
_LEAST = 512  # tokens; with fewer, calls cost more than what they do


def tile(device: str, token_bytes: int, warm: int) -> int:
    """Tokens of a tile, a power of two, where each takes so many bytes and so many in all are to stay at hand."""
    if device == "cuda":
        return MOST
    fitting = 1 << (warm // token_bytes).bit_length() >> 1
    return min(max(fitting, _LEAST), MOST)
