"""Sortable ids for rows, short ones for people, and names for processes."""

import os
import secrets
import socket

import uuid_utils

# No 0/O, 1/I/L, U: what is read aloud over a phone must survive it.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> str:
    """A UUIDv7: later ids sort later."""
    return str(uuid_utils.uuid7())


def new_code(prefix: str = "C", length: int = 4) -> str:
    """A short public id such as ``C-4F7K``; uniqueness is the table's business."""
    return f"{prefix}-" + "".join(secrets.choice(ALPHABET) for _ in range(length))


def process_name() -> str:
    """This process among all others, also after its process id was used again."""
    return f"{socket.gethostname()}:{os.getpid()}:{new_id()[-8:]}"
