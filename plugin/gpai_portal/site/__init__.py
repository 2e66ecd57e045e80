"""From disclosures to pages and files of a static site."""
