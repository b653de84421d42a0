// Package cache keeps values for a while.
package cache

import (
	"errors"
	"sync"
)

// ErrMissing says that a key is not there.
var ErrMissing = errors.New("missing")

const (
	small = 1
	Large = 1 << 10
)

// Cache is safe for concurrent use.
type Cache struct {
	sync.Mutex
	items map[string]Item
}

// Getter reads values.
type Getter interface {
	Get(key string) (Item, error)
}

type Item = []byte

// New makes an empty cache.
func New() *Cache {
	return &Cache{items: make(map[string]Item)}
}

// Get returns the value of key.
func (c *Cache) Get(key string) (Item, error) {
	c.Lock()
	defer c.Unlock()
	if v, ok := c.items[key]; ok {
		return v, nil
	}
	return nil, ErrMissing
}

func Map[T any](xs []T, f func(T) T) []T {
	for i := range xs {
		xs[i] = f(xs[i])
	}
	return xs
}
