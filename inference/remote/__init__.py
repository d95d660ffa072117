"""Reads whole case files with a model on a server of the firm's own: vLLM, SGLang, `transformers serve`.

Owns the addresses that may be talked to, the messages, the trial that a server keeps to a form, and the exchange.
Every quote is looked for in the passage it names and nowhere else, and proved by `inference.verify`.
"""
