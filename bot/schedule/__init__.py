"""What is scheduled: the dialler, the watcher of live calls, the settling of doubtful ones."""
