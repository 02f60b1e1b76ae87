"""Questions put to an app's own server before something happens on its channels."""
