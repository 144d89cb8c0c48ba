"""Several bots over one database, killed and frozen at random: nothing is lost, nothing doubled.

``python -m tests.faults.chaos --calls 3000 --workers 3 --seconds 120 --database postgresql``
draws its calls and its accidents from a seed, and judges by what the stand-ins received.
"""
