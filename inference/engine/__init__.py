"""The long-context reader: a decoder that takes a case file in once and answers many questions about it.

It owns the model, its attention and the memory of what was read; it knows no matters, people or web pages.
"""
