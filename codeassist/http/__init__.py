"""The HTTP interface: the tasks of this program for scripts, OpenAI clients and the web page, on this machine by default."""
