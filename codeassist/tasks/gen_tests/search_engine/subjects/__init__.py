"""What can be called in a module: its functions, constructors and members, and what kinds of value their parameters take."""
