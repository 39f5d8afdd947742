"""月度定稿: a month's figures, rules and papers frozen at once, printed the same for ever, opened again only in sight."""
