"""The corpora as parameters: examples of the language, each line with what is expected of it."""

import json
from pathlib import Path
from typing import Any

Line = dict[str, Any]

_FOLDER = Path(__file__).parent / "corpus"


def lines(name: str) -> list[Line]:
    """All lines of one corpus."""
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


def asked(line: Line) -> Line:
    """The line as the seam gets it: without what is expected."""
    return {key: value for key, value in line.items() if key not in {"expect", "source"}}
