//go:build slow

package main

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestAnInterruptedLoadGivesWhatItHas(t *testing.T) {
	server := &daprServer{}
	address := startDaprServer(t, server)
	cmd := exec.Command(command, "load", "-grpc", "-dapr", "capability=invoke,target=dapr,appid=a,method=m", "-qps=200", "-t=60s", "-json", "-", address)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for arrived := 0; arrived < 50; {
		time.Sleep(10 * time.Millisecond)
		server.mutex.Lock()
		arrived = len(server.invoked)
		server.mutex.Unlock()
	}
	_ = cmd.Process.Signal(os.Interrupt)
	_ = cmd.Wait()
	r := parse(t, outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()})
	if r.DurationHistogram.Count < 30 || r.RetCodes["OK"] != r.DurationHistogram.Count {
		t.Errorf("%d calls are reported, %v", r.DurationHistogram.Count, r.RetCodes)
	}
}
