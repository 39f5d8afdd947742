"""报表中心: choosing, previewing and printing papers; 报送 of communities to their street; the month's digest."""
