//go:build perf

// Package dapr pins Dapr. This file keeps what Dapr's own performance tests import in go.mod and go.sum, so that they
// can be built from here.
package dapr

import (
	_ "github.com/dapr/dapr/tests/perf/utils"
	_ "github.com/dapr/dapr/tests/runner/loadtest"
	_ "github.com/dapr/dapr/tests/runner/summary"
	_ "github.com/stretchr/testify/require"
)
