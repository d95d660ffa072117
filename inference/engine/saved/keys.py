"""The key a caller gives, and those made from it for one purpose each; knows no files but the one it may lie in."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LENGTH = 32


class BadKey(ValueError):
    """What was given is no key; the sentence does not repeat it."""


@dataclass(frozen=True)
class ReadingKey:
    """Thirty-two random bytes under which readings are sealed; raises BadKey. They are never shown or written."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != LENGTH:
            raise BadKey(f"The key of saved readings must have {LENGTH} bytes; this has {len(self.secret)}.")

    @classmethod
    def from_file(cls, path: Path) -> "ReadingKey":
        """A key from a file that holds 32 bytes, or 64 hexadecimal digits; raises BadKey."""
        try:
            content = path.read_bytes()
            return cls(content if len(content) == LENGTH else bytes.fromhex(content.decode("ascii")))
        except OSError:
            raise BadKey(f"{path}: the key could not be read.") from None
        except ValueError:
            raise BadKey(f"{path}: a key is 32 random bytes, or 64 hexadecimal digits.") from None

    @cached_property
    def check(self) -> str:
        """What a manifest may show, so that a wrong key is told at once."""
        return self._derived(b"check").hex()[:32]

    @cached_property
    def digests(self) -> bytes:
        """What token ids are digested with: nobody without the key can try out whose a digest is."""
        return self._derived(b"digests")

    @cached_property
    def files(self) -> bytes:
        """What every file's own key is made from."""
        return self._derived(b"files")

    def _derived(self, purpose: bytes) -> bytes:
        return HKDF(SHA256(), LENGTH, salt=None, info=b"engross saved readings: " + purpose).derive(
            self.secret
        )
