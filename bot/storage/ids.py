"""Sortable ids for rows and short ones for people."""

import secrets

import uuid_utils

# No 0/O, 1/I/L, U: what is read aloud over a phone must survive it.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> str:
    """A UUIDv7: later ids sort later."""
    return str(uuid_utils.uuid7())


def new_code(prefix: str = "C", length: int = 4) -> str:
    """A short public id such as ``C-4F7K``; uniqueness is the table's business."""
    return f"{prefix}-" + "".join(secrets.choice(ALPHABET) for _ in range(length))
