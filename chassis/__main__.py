"""``python -m chassis`` is the command ``aidbus``."""

from chassis.cli import main

main()
