"""函件: 督办函, 工作联系函 and 吹哨单, drafted in a form, numbered and signed, each version kept."""
