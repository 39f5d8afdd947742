"""积分: rules, an append-only ledger of 一事一记 entries for each grid worker, and monthly sums beside it."""
