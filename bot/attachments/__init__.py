"""Files of customers: told apart by content, read, judged, made anew; bytes in, bytes out.

All of it runs in a worker process of its own (``python -m bot.attachments``), which gets the bytes
and nothing else: no setting, no key, no database. ``Reader`` is the only door to it.
"""
