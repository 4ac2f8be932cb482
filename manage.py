#!/usr/bin/env python
"""The portal's commands: `python manage.py help` lists them."""

import os
import sys

EX_TEMPFAIL = 75


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opengov_portal.settings")
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except Exception as error:
        if sys.argv[1:2] != ["receive_mail"]:
            raise
        # A mail server keeps the message and tries again; at any other word of ours
        # it would send it back.
        sys.stderr.write(f"receive_mail: {type(error).__name__}: {error}\n")
        sys.exit(EX_TEMPFAIL)


if __name__ == "__main__":
    main()
