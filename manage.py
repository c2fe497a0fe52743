#!/usr/bin/env python
"""Run administrative tasks."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "massage_booking.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - settings must be named first

    from massage_booking.env import BadSetting  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except BadSetting as error:
        sys.exit(f"Not started: {error}")


if __name__ == "__main__":
    main()
