"""prepare.py "migrate --noinput" ...: manage.py commands in one process, as most of their time is Django's start."""

import os
import shlex
import sys
from pathlib import Path

import django
from django.core.management import call_command

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    for line in sys.argv[1:]:
        call_command(*shlex.split(line))
