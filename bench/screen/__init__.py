"""The media benchmark's people: a host in the studio and guests on watch pages, all in one Chromium."""
