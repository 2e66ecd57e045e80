"""Cryptography of the gated section; knows nothing of what it seals."""
