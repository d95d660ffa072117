"""Reads a matter that is larger than a model's window.

Owns the memory of its passages with their offsets, the choice of what the model reads again, and the way back from
excerpts to documents. Everything belongs to one matter's case file; nothing here is global.
"""
