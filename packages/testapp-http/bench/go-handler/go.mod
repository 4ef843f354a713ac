module github.com/dapr-perf/dapr-perf/packages/testapp-http/bench/go-handler

go 1.22
