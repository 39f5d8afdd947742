"""扣分建议: what was late may be proposed as a deduction by the book, and counts only once a person has confirmed it."""
