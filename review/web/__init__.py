"""The pages: thin views that fetch through a gate, call one service and answer with a template."""
