package main

import (
	"context"
	"fmt"
	"math"
	"strconv"

	commonpb "github.com/dapr/dapr/pkg/proto/common/v1"
	runtimepb "github.com/dapr/dapr/pkg/proto/runtime/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/anypb"
)

// request makes one request of the load.
type request func(context.Context) error

// overGRPC creates the request that the clients of a gRPC connection repeat.
type overGRPC func(grpc.ClientConnInterface) request

// anySize has a call accept responses of any size; gRPC's default is 4 MiB, Dapr's can be raised.
var anySize = grpc.MaxCallRecvMsgSize(math.MaxInt32)

// target is where the requests of a load go: nowhere, over gRPC, or to Redis.
type target struct {
	noop  bool
	grpc  overGRPC
	redis bool
}

// newTarget reads the target and its parameters.
func newTarget(p parameters, payload []byte) (target, error) {
	if err := p.require("capability"); err != nil {
		return target{}, err
	}
	var requests overGRPC
	var err error
	switch capability, to, method := p["capability"], p["target"], p["method"]; {
	case to == "noop":
		return target{noop: true}, nil
	case capability == "invoke" && to == "dapr":
		requests, err = invokeService(p, payload)
	case capability == "invoke" && to == "appcallback":
		requests, err = onInvoke(p, payload)
	case capability == "state" && to == "dapr" && method == "get":
		requests, err = getState(p)
	case capability == "state" && to == "redis" && method == "get":
		return target{redis: true}, p.require("appid", "key")
	case capability == "pubsub" && to == "dapr" && method == "publish":
		requests, err = publishEvent(p, payload)
	case capability == "pubsub" && to == "dapr" && method == "bulkpublish":
		requests, err = bulkPublishEvent(p, payload)
	default:
		err = fmt.Errorf("unsupported dapr load test: %s", p.test())
	}
	return target{grpc: requests}, err
}

// invokeService calls a method of an app through the sidecar.
func invokeService(p parameters, payload []byte) (overGRPC, error) {
	call := &runtimepb.InvokeServiceRequest{Id: p["appid"], Message: invocation(p, payload)}
	return func(conn grpc.ClientConnInterface) request {
		client := runtimepb.NewDaprClient(conn)
		return func(ctx context.Context) error {
			_, err := client.InvokeService(ctx, call, anySize)
			return err
		}
	}, p.require("appid", "method")
}

// onInvoke calls a method of an app like its sidecar does.
func onInvoke(p parameters, payload []byte) (overGRPC, error) {
	call := invocation(p, payload)
	return func(conn grpc.ClientConnInterface) request {
		client := runtimepb.NewAppCallbackClient(conn)
		return func(ctx context.Context) error {
			_, err := client.OnInvoke(ctx, call, anySize)
			return err
		}
	}, p.require("method")
}

func invocation(p parameters, payload []byte) *commonpb.InvokeRequest {
	return &commonpb.InvokeRequest{
		Method:      p["method"],
		ContentType: "text/plain",
		Data:        &anypb.Any{Value: payload},
	}
}

// getState gets the value of a key. A missing key, for which Dapr responds with OK, counts as not found.
func getState(p parameters) (overGRPC, error) {
	call := &runtimepb.GetStateRequest{StoreName: p["store"], Key: p["key"]}
	return func(conn grpc.ClientConnInterface) request {
		client := runtimepb.NewDaprClient(conn)
		return func(ctx context.Context) error {
			answer, err := client.GetState(ctx, call, anySize)
			if err == nil && len(answer.GetData()) == 0 {
				return status.Errorf(codes.NotFound, "state store %s has no value for the key %s", call.StoreName, call.Key)
			}
			return err
		}
	}, p.require("store", "key")
}

// publishEvent publishes the given number of events, one call after the other.
func publishEvent(p parameters, payload []byte) (overGRPC, error) {
	events, metadata, err := eventsAndMetadata(p)
	call := &runtimepb.PublishEventRequest{
		PubsubName:      p["store"],
		Topic:           p["topic"],
		Data:            payload,
		DataContentType: p["contenttype"],
		Metadata:        metadata,
	}
	return func(conn grpc.ClientConnInterface) request {
		client := runtimepb.NewDaprClient(conn)
		return func(ctx context.Context) error {
			for range events {
				if _, err := client.PublishEvent(ctx, call); err != nil {
					return err
				}
			}
			return nil
		}
	}, err
}

// bulkPublishEvent publishes the given number of events in one call.
func bulkPublishEvent(p parameters, payload []byte) (overGRPC, error) {
	events, metadata, err := eventsAndMetadata(p)
	call := &runtimepb.BulkPublishRequest{PubsubName: p["store"], Topic: p["topic"], Metadata: metadata}
	for i := range events {
		call.Entries = append(call.Entries, &runtimepb.BulkPublishRequestEntry{
			EntryId:     strconv.Itoa(i),
			Event:       payload,
			ContentType: p["contenttype"],
		})
	}
	return func(conn grpc.ClientConnInterface) request {
		client := runtimepb.NewDaprClient(conn)
		return func(ctx context.Context) error {
			answer, err := client.BulkPublishEvent(ctx, call)
			if failed := answer.GetFailedEntries(); err == nil && len(failed) > 0 {
				return status.Errorf(codes.Internal, "%d of %d events were not published, first error: %s", len(failed), events, failed[0].GetError())
			}
			return err
		}
	}, err
}

func eventsAndMetadata(p parameters) (events int, metadata map[string]string, err error) {
	if err = p.require("store", "topic"); err != nil {
		return 0, nil, err
	}
	raw, err := p.boolean("rawpayload")
	if err != nil {
		return 0, nil, err
	}
	if raw {
		metadata = map[string]string{"rawPayload": "true"}
	}
	events, err = p.count("numevents", 1)
	return events, metadata, err
}
