"""Shows as HLS: any browser and player, any number of viewers, a few seconds behind.

What a relay worker writes into `settings.HLS_ROOT` is read here and handed on. The playlist is where everybody is
asked who they are; segments are plain files, which a web server or a CDN carries."""
