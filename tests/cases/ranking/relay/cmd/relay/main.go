package main

import (
	"flag"
	"log"
	"net/http"

	"example.com/relay/buffer"
	"example.com/relay/forward"
	"example.com/relay/receive"
)

// main parses the command line flags, starts the forwarder and listens for metrics.
func main() {
	listen := flag.String("listen", ":9000", "address to listen on")
	target := flag.String("target", "", "URL of the remote store")
	size := flag.Int("buffer", 10000, "metrics kept in memory")
	flag.Parse()
	ring := buffer.New(*size)
	go forward.New(*target, ring).Run()
	log.Fatal(http.ListenAndServe(*listen, receive.Handler(ring)))
}
