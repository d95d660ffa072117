class EmbeddedError(Exception):
    """The embedded services cannot do what was asked; the message is one sentence for an administrator."""
