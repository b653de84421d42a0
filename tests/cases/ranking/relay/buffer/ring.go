// Package buffer keeps metrics in memory until they are forwarded.
package buffer

import (
	"sync"

	"example.com/relay/metric"
)

// Ring is a circular buffer of fixed size. When it is full, Push overwrites the oldest metric.
type Ring struct {
	mutex   sync.Mutex
	items   []metric.Metric
	start   int
	length  int
	dropped int
}

// New allocates a ring for size metrics.
func New(size int) *Ring {
	return &Ring{items: make([]metric.Metric, size)}
}

// Push appends a metric and drops the oldest one when there is no room.
func (r *Ring) Push(m metric.Metric) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.length == len(r.items) {
		r.start = (r.start + 1) % len(r.items)
		r.length--
		r.dropped++
	}
	r.items[(r.start+r.length)%len(r.items)] = m
	r.length++
}

// Drain removes and returns at most n metrics, oldest first.
func (r *Ring) Drain(n int) []metric.Metric {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if n > r.length {
		n = r.length
	}
	batch := make([]metric.Metric, 0, n)
	for i := 0; i < n; i++ {
		batch = append(batch, r.items[(r.start+i)%len(r.items)])
	}
	r.start = (r.start + n) % len(r.items)
	r.length -= n
	return batch
}

// Dropped reports how many metrics were lost because the ring was full.
func (r *Ring) Dropped() int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return r.dropped
}
