package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// hgetall reads what Dapr's Redis state store keeps under an app's key, over one connection to Redis itself. Its errors
// have gRPC codes, so that they count like Dapr's.
func hgetall(p parameters, url string) (request, func() extraConnections, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: expected redis://HOST:PORT: %w", url, err)
	}
	options.PoolSize = 1
	options.MaxRetries = -1
	var opened atomic.Int64
	options.OnConnect = func(context.Context, *redis.Conn) error {
		opened.Add(1)
		return nil
	}
	client := redis.NewClient(options)
	key := p["appid"] + "||" + p["key"]
	get := func(ctx context.Context) error {
		fields, err := client.HGetAll(ctx, key).Result()
		var answered redis.Error
		switch {
		case errors.As(err, &answered):
			return status.Error(codes.Internal, err.Error())
		case err != nil:
			return status.Error(codes.Unavailable, err.Error())
		case len(fields) == 0:
			return status.Errorf(codes.NotFound, "Redis has no value for the key %s", key)
		}
		return nil
	}
	return get, func() extraConnections {
		_ = client.Close()
		return extraConnections{opened: max(0, opened.Load()-1)}
	}, nil
}
