"""Ids that may stand in an address: random, unguessable, without look-alikes."""

import secrets

ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"  # 32 letters, 5 bits each; no 0 1 l o


def short_id() -> str:
    """60 bits: channels, stays."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


def group_id() -> str:
    """The vendor's look, so that SDKs which check the prefix accept it."""
    return f"@TGS#{short_id().upper()}"


def room_key() -> str:
    """128 bits in hex: rooms of the media engine."""
    return secrets.token_hex(16)
