"""The words all rooms share: calls, attempts, states, errors and ports; standard library only."""
