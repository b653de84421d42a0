"""Which calls become tests: few that cover and kill most, shortened, with the assertions that matter."""
