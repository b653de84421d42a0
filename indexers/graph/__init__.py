"""Who defines, calls and uses what, which files are central, and which commits touched them."""
