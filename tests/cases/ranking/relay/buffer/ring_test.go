package buffer

import (
	"testing"

	"example.com/relay/metric"
)

func TestPushDropsTheOldest(t *testing.T) {
	ring := New(2)
	for _, name := range []string{"a", "b", "c"} {
		ring.Push(metric.Metric{Name: name})
	}
	if ring.Dropped() != 1 || ring.Drain(1)[0].Name != "b" {
		t.Fatal("the oldest metric was not dropped")
	}
}
