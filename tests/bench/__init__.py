"""What must stay fast. Not part of `make test`: figures depend on the machine and on what else it is doing."""
