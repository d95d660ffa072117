"""What was produced: bundles, documents, immutable text, and where every character lies on its page.

Owns the blob store. Nobody ever finds a quote by searching: the character map was made with the text.
"""
