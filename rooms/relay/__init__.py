"""The relay worker: processes that carry media in and out, beside the servers. A door, as the consumers are."""
