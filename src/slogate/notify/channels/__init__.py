"""The services that messages go to. Each tries once and says how that went; trying again is the caller's."""
