"""E-mail: what an e-mail of the outbox looks like, and how it reaches a mail server.

Knows the outbox and SMTP. Knows no Flask and no process, and decides nothing: whom to tell what has been decided when
the row was written.
"""
