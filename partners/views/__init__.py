"""Pages of the third parties' part, and the files that their own pages take."""
