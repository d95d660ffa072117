"""Needles: clauses that are asked for by name, and a small model trained on them that stands in for weights.

Agreements in plain English are generated here; nothing of anybody's documents is in them.
"""
