"""Under what conditions a benchmark ran: a figure without them proves nothing."""

import os
import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version


def version_of(package: str) -> str | None:
    """The installed version, None when the package is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def conditions(packages: Iterable[str]) -> str:
    """Versions, cores and load average, in one line."""
    found = [f"{package} {version_of(package) or 'not installed'}" for package in packages]
    return (
        f"Python {platform.python_version()}, {', '.join(found)}; "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load average {load()}"
    )


def load() -> str:
    """The load average of the last minute, five and fifteen."""
    return " ".join(f"{each:.2f}" for each in os.getloadavg())


def quantile(times: Iterable[float], share: float) -> float:
    """The value below which that share of the times lies."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
