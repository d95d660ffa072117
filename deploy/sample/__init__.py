"""The authored sample bundle: invented contracts, written as a data room, with what a reader must find in them."""
