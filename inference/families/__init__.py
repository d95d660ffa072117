"""Which documents of a matter hang on which: an amendment on its master agreement, a statement of work on its terms."""

RULES = 1  # grows when other rules would describe an opening otherwise
