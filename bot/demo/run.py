"""``switchboard demo``: a workspace, four providers and the real bot on this machine alone."""

import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from bot.demo.script import ScriptFailed, play
from bot.demo.stage import Stage

WELCOME = """
  Switchboard demo: no account, no network, no phone rings.

  Open   {origin}
  Try    /dial +1 415 555 2671 with Voz tomorrow 10am
  Then   press “Schedule call” and skip the clock to 10:00 tomorrow.
  More   “Providers” at the top: four of them, what each receives, and trouble to make.

  Ctrl-C ends it.
"""
HEADLESS_PACE = 0.3  # seconds between two steps of a call when nobody watches


async def demo(port: int, script: Path | None) -> int:
    """Run until Ctrl-C, or play a script; the exit code."""
    with tempfile.TemporaryDirectory(prefix="switchboard-demo-") as folder:
        stage = Stage(Path(folder), **({"pace": HEADLESS_PACE} if script else {}))
        try:
            await stage.start(0 if script else port)
        except TimeoutError:
            words = stage.bot.last_words() if stage.bot else ""
            print(f"The bot did not come up. Its last words:\n{words}", file=sys.stderr)
            return 1
        except OSError as error:
            print(
                f"Port {port} can't be used ({error.strerror}); give another: "
                "switchboard demo --port 8766",
                file=sys.stderr,
            )
            return 2
        else:
            return await (_play(stage, script) if script else _wait(stage))
        finally:
            await stage.stop()


async def _play(stage: Stage, script: Path) -> int:
    try:
        await play(stage, await asyncio.to_thread(script.read_text, "utf-8"), print)
    except ScriptFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    except (OSError, UnicodeDecodeError) as error:
        print(f"The script {script} can't be read: {error}", file=sys.stderr)
        return 2
    return 0


async def _wait(stage: Stage) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    print(WELCOME.format(origin=stage.slack.origin), flush=True)  # from here Ctrl-C is heard
    if stage.bot is None:
        raise RuntimeError("the stage has no bot")
    asked = asyncio.create_task(stop.wait())
    ended = asyncio.create_task(stage.bot.ended())
    await asyncio.wait({asked, ended}, return_when=asyncio.FIRST_COMPLETED)
    for task in (asked, ended):
        task.cancel()
    if not stop.is_set():
        print(f"The bot stopped. Its last words:\n{stage.bot.last_words()}", file=sys.stderr)
        return 1
    return 0
