"""党员变动: dated records of who came, went or changed, so that every month balances."""
