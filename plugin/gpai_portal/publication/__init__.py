"""What was published: records, their signatures, and what happened when."""
