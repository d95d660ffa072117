"""What was found, its evidence, and how people settled it.

A finding is immutable; what people decide is appended. A quote that does not equal the text cannot be stored.
"""
