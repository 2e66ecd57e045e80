"""Publishes the transparency documents of a general-purpose AI model provider as a static site."""
