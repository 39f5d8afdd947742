"""物业评价: what was taken from property companies and why; the colour follows."""
