"""How a request goes through: the use cases, speaking to ports only."""
