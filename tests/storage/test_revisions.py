"""The newest revision is known without loading Alembic; both say the same."""

import subprocess
import sys

from alembic.config import Config
from alembic.script import ScriptDirectory

from bot.storage.migrate import MIGRATIONS, head

NOT_NEEDED = ("alembic", "bot.demo", "mako")


def test_the_files_name_the_revision_that_alembic_finds() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert head() == ScriptDirectory.from_config(config).get_current_head()


def test_a_bot_loads_neither_alembic_nor_the_demo_before_it_needs_them() -> None:
    asked = f"import sys, bot.cli; print([n for n in {NOT_NEEDED} if n in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
