"""What runs in the warm parent and in its throw-away children: the only modules that import PyMuPDF."""
