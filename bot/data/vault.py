"""Sealed columns: AES-GCM, each value bound to its table, column and row, so that it opens nowhere else."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
TAG_BYTES = 4
NONCE_BYTES = 12


class CannotOpen(Exception):
    """A sealed value whose key is not on the list, or that stands in a row where it was not written."""


class Vault:
    """Seals with the first key, opens with whichever key sealed; keys are any secret texts of at least 32 characters."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets:
            raise ValueError("a vault needs at least one key")
        ciphers, macs = [], []
        for secret in secrets:
            if len(secret) < KEY_BYTES:
                raise ValueError(f"a key needs at least {KEY_BYTES} characters")
            key = hashlib.scrypt(secret.encode(), salt=b"convene column key", n=2**14, r=8, p=1, dklen=KEY_BYTES)
            ciphers.append((hashlib.sha256(b"tag" + key).digest()[:TAG_BYTES], AESGCM(key)))
            macs.append(hashlib.sha256(b"digest" + key).digest())
        self._writer = ciphers[0]
        self._mac = macs[0]
        self._ciphers = dict(ciphers)

    def digest(self, column: str, text: str) -> str:
        """What stands for a short-lived secret in a column: the same each time, and of no use without the key."""
        return hmac.new(self._mac, f"{column}:{text}".encode(), hashlib.sha256).hexdigest()

    def seal(self, column: str, row: int, content: bytes | str) -> bytes:
        """Encrypt for `column` ("table.column") of one row: key tag, nonce, ciphertext."""
        tag, cipher = self._writer
        nonce = os.urandom(NONCE_BYTES)
        clear = content.encode() if isinstance(content, str) else content
        return tag + nonce + cipher.encrypt(nonce, clear, _bound(column, row))

    def knows(self, sealed: bytes) -> bool:
        """Whether the key that sealed a value is on the list."""
        return sealed[:TAG_BYTES] in self._ciphers

    def open(self, column: str, row: int, sealed: bytes) -> bytes:
        """Decrypt what `seal` made for the same column and row."""
        cipher = self._ciphers.get(sealed[:TAG_BYTES])
        if cipher is None:
            raise CannotOpen(f"{column}: the key that sealed it is not in CONVENE_SECRET_KEY")
        nonce = sealed[TAG_BYTES : TAG_BYTES + NONCE_BYTES]
        try:
            return cipher.decrypt(nonce, sealed[TAG_BYTES + NONCE_BYTES :], _bound(column, row))
        except (InvalidTag, ValueError) as error:  # a ValueError says that it was cut off
            raise CannotOpen(f"{column}: sealed for another row, or changed since") from error

    def open_text(self, column: str, row: int, sealed: bytes) -> str:
        """Decrypt a text."""
        return self.open(column, row, sealed).decode()


def _bound(column: str, row: int) -> bytes:
    return f"{column}:{row}".encode()
