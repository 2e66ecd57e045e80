"""The private side: what is not published, who may have it, and how they get it."""
