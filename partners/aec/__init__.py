"""StarRTC's event centre: the 19 actions of its AEC, as an app's media server sends them."""
