"""What evaluators would find: the questions of a rubric, put to each summary.

Questions, weights and the way to decide each are data (``schemas/rubrics/``); only the ways are code. Nothing here is
shown by a portal, and no grade is given: an answer says what was found, or that a person has to look.
"""
