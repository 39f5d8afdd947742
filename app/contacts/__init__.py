"""通讯录: who to call, out of the registers; nothing is typed here."""
