package main

import (
	"context"
	"crypto/tls"
	"net"
	"strings"
	"sync/atomic"

	"fortio.org/fortio/fgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// callCounter counts what gRPC sends of calls: it is asked for the metadata of each, also of those that it sends a second
// time by itself.
type callCounter struct {
	sent     atomic.Int64
	metadata map[string]string
}

func (c *callCounter) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	c.sent.Add(1)
	return c.metadata, nil
}

func (c *callCounter) RequireTransportSecurity() bool { return false }

// countedChannel is a gRPC channel that counts its calls.
type countedChannel struct {
	*grpc.ClientConn
	calls atomic.Int64
}

func (c *countedChannel) Invoke(ctx context.Context, method string, args, reply any, options ...grpc.CallOption) error {
	c.calls.Add(1)
	return c.ClientConn.Invoke(ctx, method, args, reply, options...)
}

// dialCounted opens a gRPC connection with the settings of fgrpc.Dial, which takes no others, and counts. All its calls have
// the metadata.
func dialCounted(o *fgrpc.GRPCRunnerOptions, metadata map[string]string) (grpc.ClientConnInterface, func() extraConnections, error) {
	address, secure := grpcAddress(o.Destination)
	transport := insecure.NewCredentials()
	switch {
	case o.CACert != "":
		var err error
		if transport, err = credentials.NewClientTLSFromFile(o.CACert, o.CertOverride); err != nil {
			return nil, nil, err
		}
	case secure:
		transport = credentials.NewTLS(&tls.Config{InsecureSkipVerify: o.Insecure}) //nolint:gosec // it is asked for
	}
	var opened atomic.Int64
	dialer := func(ctx context.Context, address string) (net.Conn, error) {
		connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err == nil {
			opened.Add(1)
		}
		return connection, err
	}
	counter := &callCounter{metadata: metadata}
	connection, err := grpc.NewClient("passthrough:///"+address, grpc.WithTransportCredentials(transport),
		grpc.WithContextDialer(dialer), grpc.WithPerRPCCredentials(counter))
	if err != nil {
		return nil, nil, err
	}
	channel := &countedChannel{ClientConn: connection}
	return channel, func() extraConnections {
		_ = connection.Close()
		return extraConnections{opened: max(0, opened.Load()-1), sentAgain: max(0, counter.sent.Load()-channel.calls.Load())}
	}, nil
}

// grpcAddress is the host:port of a destination, which may be a URL, and whether it is one of https.
func grpcAddress(destination string) (address string, secure bool) {
	address, secure = strings.CutPrefix(destination, "https://")
	address = strings.TrimPrefix(address, "http://")
	address, _, _ = strings.Cut(address, "/")
	return address, secure
}
