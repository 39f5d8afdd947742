"""Numbering: 文号 and serial numbers without gaps, each given once."""
