// Package metric defines what the relay transports.
package metric

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// ErrMalformed is returned for a line that is not "name value [timestamp]".
var ErrMalformed = errors.New("malformed metric")

// Metric is one measurement.
type Metric struct {
	Name  string
	Value float64
	Time  time.Time
}

// Parse reads one line of the plain text protocol.
func Parse(line string) (Metric, error) {
	fields := strings.Fields(line)
	if len(fields) < 2 {
		return Metric{}, ErrMalformed
	}
	value, err := strconv.ParseFloat(fields[1], 64)
	if err != nil {
		return Metric{}, ErrMalformed
	}
	return Metric{Name: fields[0], Value: value, Time: time.Now()}, nil
}
