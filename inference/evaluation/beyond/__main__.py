"""`python -m inference.evaluation.beyond --data FOLDER [--contracts N] [--json]`."""

import sys

from .command import main

sys.exit(main())
