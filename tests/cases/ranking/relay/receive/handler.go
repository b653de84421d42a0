// Package receive accepts metrics over HTTP.
package receive

import (
	"bufio"
	"net/http"

	"example.com/relay/buffer"
	"example.com/relay/metric"
)

// Handler reads one metric a line from the body of a POST request and answers 400 for a malformed one.
func Handler(ring *buffer.Ring) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		scanner := bufio.NewScanner(r.Body)
		for scanner.Scan() {
			m, err := metric.Parse(scanner.Text())
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			ring.Push(m)
		}
	})
}
