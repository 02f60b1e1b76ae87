"""Many who speak in one room at once, others who listen as the page does, and what must be true of it afterwards."""
