"""来表: tables that others ask for. 一表通 fills one from the registers; 下发 → 收表 → 汇总 gathers one from the communities."""
