"""Breaks the code in many places, one at a time, and sees whether the tests notice (``make mutants``).

The engine is our own because none of the known ones fits. mutmut 3 looks for sources in ``.``, ``src`` and ``source``
only, leaves out decorated functions (every property) and tables, does not see what a test runs in a process of its own,
and its wrappers fail there for want of a configuration. cosmic-ray runs one command for all mutants, so that each
survivor costs all tests of its room, needs a clone and a server for each job, and removes neither statements nor
arguments.
"""
