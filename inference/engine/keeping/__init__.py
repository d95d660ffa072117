"""Several readings of one model kept beside one another: where each lies, under which budgets, for how long.

Owns who must leave for whom; what a reading is and how it is saved on the disk is the engine's business.
"""
