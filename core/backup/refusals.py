class Refused(Exception):
    """In one sentence, for whoever stands at the command line. Nothing was changed."""
