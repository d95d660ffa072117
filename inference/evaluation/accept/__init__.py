"""What a firm runs on the weights it brings: checks with a bar each, and one page that says which of them pass."""
