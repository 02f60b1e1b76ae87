"""The REST door of groups and their conversation: reads the shape, calls the service, shows the shape."""
