"""One file per format: a Document goes in, bytes come out; style.py is shared by all."""
