"""Everything around the content: a whole repository that builds, checks and deploys a portal."""
