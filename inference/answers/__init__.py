"""Typed answers: values computed in code from the words of the evidence, never guessed.

Knows quotes and the text around them; knows no scores, models or arrays. `values.py` is the front door.
"""
