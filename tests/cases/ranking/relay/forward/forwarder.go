// Package forward sends buffered metrics to the remote store.
package forward

import (
	"time"

	"example.com/relay/buffer"
)

const batchSize = 500

// Forwarder sends batches from a ring to a target.
type Forwarder struct {
	target string
	ring   *buffer.Ring
	client Client
}

// New makes a forwarder for a target URL.
func New(target string, ring *buffer.Ring) *Forwarder {
	return &Forwarder{target: target, ring: ring, client: httpClient{}}
}

// Run forwards batches forever, one a second, and retries those that fail.
func (f *Forwarder) Run() {
	for range time.Tick(time.Second) {
		batch := f.ring.Drain(batchSize)
		if len(batch) == 0 {
			continue
		}
		_ = retry(5, func() error { return f.client.Send(f.target, batch) })
	}
}
