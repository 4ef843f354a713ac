package main

import (
	"encoding/json"
	"fmt"
	"os"

	"fortio.org/fortio/fgrpc"
	"google.golang.org/grpc"
)

// variant is what a load, or its part, goes to.
type variant struct {
	// Name is empty where there is only one.
	Name string `json:"name"`
	URL  string `json:"url"`
	// Dapr is its value of -dapr; empty over HTTP.
	Dapr string `json:"dapr"`
	// headers are sent with each request, over gRPC as metadata. They may be secret: no result and no message has them.
	headers map[string]string
}

// String names it in messages.
func (v variant) String() string {
	if v.Name == "" {
		return v.URL
	}
	return v.Name + ", " + v.URL
}

func parseVariants(text string) ([]variant, error) {
	var variants []variant
	if err := json.Unmarshal([]byte(text), &variants); err != nil {
		return nil, fmt.Errorf("-variants %s: expected [{\"name\": …, \"url\": …, \"dapr\": …}, …]: %w", text, err)
	}
	if len(variants) < 2 {
		return nil, fmt.Errorf("-variants: %d given, expected at least 2", len(variants))
	}
	for i, v := range variants {
		if v.Name == "" || v.URL == "" {
			return nil, fmt.Errorf("-variants: the one at position %d needs a name and a url", i+1)
		}
	}
	return variants, nil
}

// withHeaders gives the variants the headers in a file of -headers.
func withHeaders(variants []variant, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("-headers: %w", err)
	}
	var headers []map[string]string
	if json.Unmarshal(text, &headers) != nil { // its error may quote the text
		return fmt.Errorf("-headers %s: expected [{\"NAME\": \"VALUE\", …}, …]", file)
	}
	if len(headers) != len(variants) {
		return fmt.Errorf("-headers %s: has those of %d targets, and there are %d", file, len(headers), len(variants))
	}
	for i := range variants {
		variants[i].headers = headers[i]
	}
	return nil
}

// connectDapr opens a connection to a variant's Dapr API over gRPC, and tests it with one request.
func connectDapr(options fgrpc.GRPCRunnerOptions, v variant) (client, error) {
	given, err := parseParameters(v.Dapr)
	if err != nil {
		return nil, err
	}
	target, err := newTarget(given, []byte(options.Payload))
	if err != nil {
		return nil, err
	}
	options.Destination = v.URL
	dial := func(o *fgrpc.GRPCRunnerOptions) (grpc.ClientConnInterface, func() extraConnections, error) {
		return dialCounted(o, v.headers)
	}
	request, disconnect, err := connect(&options, given, target, dial)
	if err != nil {
		return nil, err
	}
	if err := test(request, options.AllowInitialErrors); err != nil {
		disconnect()
		return nil, fmt.Errorf("the first request to %s: %w", v, err)
	}
	return &requestClient{request, map[string]int64{}, disconnect}, nil
}
