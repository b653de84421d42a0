package forward

import (
	"math/rand"
	"time"
)

// retry calls send until it succeeds, with an exponential backoff and jitter between the attempts.
func retry(attempts int, send func() error) error {
	var err error
	pause := 100 * time.Millisecond
	for i := 0; i < attempts; i++ {
		if err = send(); err == nil {
			return nil
		}
		time.Sleep(pause + time.Duration(rand.Int63n(int64(pause))))
		pause *= 2
	}
	return err
}
