"""Door 2: the command ``gpai-portal``. It parses and prints; the rooms behind it act."""

from gpai_portal.cli.main import main

__all__ = ["main"]
