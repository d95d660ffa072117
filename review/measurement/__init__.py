"""How good the reader is on the firm's own matters: back-tests against a spreadsheet its people made,
gold taken from reviewed matters, and the knowledge lawyer's approval of each clause type.
It judges what the findings say and never changes them."""
