"""An account's key: from the settings, or from a file that may change while we run."""

from pathlib import Path

from pydantic import SecretStr


class Key:
    """``bare`` is asked for at every request, so a new key in the file is used without a restart.

    A file that is away, empty or unusable for a moment leaves the key that was good last.
    """

    def __init__(self, given: SecretStr, file: Path | None = None) -> None:
        self._good = given
        self._file = file
        self._read_at: tuple[int, int] | None = None

    def bare(self) -> str:
        """The key itself; never to be logged."""
        if self._file is not None:
            self._refresh(self._file)
        return self._good.get_secret_value()

    def _refresh(self, file: Path) -> None:
        try:
            facts = file.stat()
            changed = (facts.st_mtime_ns, facts.st_ino)
            if changed == self._read_at:
                return
            fresh = file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return
        if fits_into_a_header(fresh):
            self._good, self._read_at = SecretStr(fresh), changed


def fits_into_a_header(bare: str) -> bool:
    """Whether a key can be sent at all."""
    return bool(bare) and all("!" <= letter <= "~" for letter in bare)
