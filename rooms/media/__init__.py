"""The media engine behind our sockets. Nothing here knows the rest of the house: doors pass in what it needs."""
