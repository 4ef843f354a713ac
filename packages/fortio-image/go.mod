module github.com/dapr-perf/dapr-perf/packages/fortio-image

go 1.26.5

tool fortio.org/fortio

require (
	fortio.org/fortio v1.16.1
	github.com/HdrHistogram/hdrhistogram-go v1.4.0
	github.com/dapr/dapr v1.18.2
	github.com/redis/go-redis/v9 v9.21.0
	golang.org/x/sys v0.45.0
	google.golang.org/grpc v1.80.0
	google.golang.org/protobuf v1.36.11
)

require (
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/fsnotify/fsnotify v1.9.0 // indirect
	github.com/golang/protobuf v1.5.4 // indirect
	github.com/google/uuid v1.6.0 // indirect
	go.opentelemetry.io/otel v1.43.0 // indirect
	go.uber.org/atomic v1.11.0 // indirect
	golang.org/x/net v0.55.0 // indirect
	golang.org/x/text v0.38.0 // indirect
	google.golang.org/genproto/googleapis/rpc v0.0.0-20260401024825-9d38bb4040a9 // indirect
)
