"""What comes into a show and leaves it beside its viewers' connections, and what that costs a channel."""
