"""The REST door of coins: reads the shape, calls the service, shows the shape."""
