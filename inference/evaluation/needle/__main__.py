"""`python -m inference.evaluation.needle train | run`."""

import sys

from .command import main

sys.exit(main())
