"""Start the shop's web server."""

from bookshop.server import serve
from bookshop.settings import Settings

if __name__ == "__main__":
    serve(Settings.from_environment())
