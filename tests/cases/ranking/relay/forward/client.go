package forward

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"

	"example.com/relay/metric"
)

// Client sends a batch of metrics.
type Client interface {
	Send(target string, batch []metric.Metric) error
}

type httpClient struct{}

// Send posts a batch as gzip-compressed JSON.
func (httpClient) Send(target string, batch []metric.Metric) error {
	var body bytes.Buffer
	writer := gzip.NewWriter(&body)
	if err := json.NewEncoder(writer).Encode(batch); err != nil {
		return err
	}
	if err := writer.Close(); err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodPost, target, &body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Encoding", "gzip")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= 300 {
		return fmt.Errorf("the store answered %s", response.Status)
	}
	return nil
}
