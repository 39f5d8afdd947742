"""剔除: repeated or unreasonable reports that no longer count in the rates, applied for with evidence, decided by others."""
