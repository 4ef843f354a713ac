package main

import (
	"encoding/json"
	"fmt"

	"fortio.org/fortio/fgrpc"
)

// variant is what a load, or its part, goes to.
type variant struct {
	// Name is empty where there is only one.
	Name string `json:"name"`
	URL  string `json:"url"`
	// Dapr is its value of -dapr; empty over HTTP.
	Dapr string `json:"dapr"`
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
	request, disconnect, err := connect(&options, given, target, dialCounted)
	if err != nil {
		return nil, err
	}
	if err := test(request, options.AllowInitialErrors); err != nil {
		disconnect()
		return nil, fmt.Errorf("the first request to %s: %w", v, err)
	}
	return &requestClient{request, map[string]int64{}, disconnect}, nil
}
