"""The list of domain names that section 2.3 of the template asks for, computed from what was crawled.

Imported by nothing but its door, the command ``gpai-portal domains``: it needs the extra ``[domains]``.
"""
