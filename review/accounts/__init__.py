"""People and how they sign in.

Global: a person is not of one firm, and may belong to several. What they may see is decided by the rooms below.
"""
