"""From YAML to meaning: what was written, and what it says."""
