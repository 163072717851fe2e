"""What strangers send: the gate, the readers of each file format, and the child process that runs them."""
