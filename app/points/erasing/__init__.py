"""清除个人信息: a worker who left is taken out of rosters, words and files; ids, numbers and sums stay."""
