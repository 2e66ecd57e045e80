"""``python -m gpai_portal.cli``."""

from gpai_portal.cli.main import main

main()
