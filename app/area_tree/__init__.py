"""The area page: the tree with counts, what is missing in it, and the wizard for 合并, 拆分 and 划转."""
