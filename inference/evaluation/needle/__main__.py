"""`python -m inference.evaluation.needle train | run | sample`."""

import sys

from .command import main

sys.exit(main())
