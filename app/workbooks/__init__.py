"""Patching .xlsx packages: bytes and edits in, bytes out, and what nobody edited stays as it was, byte for byte.

Plain functions that know neither the registers nor Flask (docs/decisions/0012). Whoever changes a workbook that
somebody else made asks `patching.patch`; nothing here makes workbooks anew.
"""
