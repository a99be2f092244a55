"""Assets made once: bodies from MakeHuman's CC0 data, rubble settled by physics. Not shipped."""
