"""The only SQL in Python: named query functions, one module per noun. Imports core alone.

Every function takes a SQLAlchemy `Connection` first and never commits: the caller owns the transaction.
"""
