"""Facts planted across many contracts, read beyond a small model's window, beside the same facts in a whole window."""
