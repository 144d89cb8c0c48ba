"""A model of the schedule's world: a phone company, processes that die, and what must hold."""
