"""What documentation and names promise, and where the code does something else."""
