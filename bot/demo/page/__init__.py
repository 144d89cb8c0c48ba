"""The demo page: plain files that draw the local stand-in for Slack, without a build step."""

from pathlib import Path

PAGE_DIR = Path(__file__).parent
