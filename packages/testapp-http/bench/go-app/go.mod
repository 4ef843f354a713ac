module github.com/dapr-perf/dapr-perf/packages/testapp-http/bench/go-app

go 1.22
