"""The web server: routes and the handling of errors."""

from http.server import BaseHTTPRequestHandler, HTTPServer

from bookshop.settings import Settings


class Handler(BaseHTTPRequestHandler):
    """Answers requests of browsers."""

    def do_GET(self) -> None:
        """Route a request by its path."""
        if self.path == "/health":
            self.reply(200, "ok")
        else:
            self.reply(404, "not found")

    def reply(self, status: int, text: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())


def serve(settings: Settings, port: int = 8000) -> None:
    """Listen for requests until the process is stopped."""
    HTTPServer(("", port), Handler).serve_forever()
