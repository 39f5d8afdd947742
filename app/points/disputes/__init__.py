"""公示 → 异议 → 复核 → 核定: a month's figures on show, what workers dispute, and who decides it by when."""
