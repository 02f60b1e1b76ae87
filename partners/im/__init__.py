"""`/im/<app_id>/v4/...`: the REST verbs of the vendor's IM, under the vendor's names, over the same chat."""
