"""Readings on disk: sealed, chunk by chunk while they are read, and restored in place of a prefill.

Owns the files and their seal; what keys and values are, and how they come about, is the engine's business.
"""
