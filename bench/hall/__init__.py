"""A full hall for bin/bench chat: who listens, who speaks, and the other servers it is compared with."""
