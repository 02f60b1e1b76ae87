"""All that lasts, in one file: the database and the pictures people gave us. And back again."""
