"""The REST door of channels: reads the shape, calls the service, shows the shape."""
