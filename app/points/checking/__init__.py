"""待核 → 已核 or 退回: somebody other than the recorder checks each entry whose rule asks for it."""
