//go:build slow

package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"fortio.org/fortio/fgrpc"
)

// startPingServer serves fortio's own gRPC ping for as long as the tests run.
func startPingServer(t *testing.T) string {
	t.Helper()
	address := fgrpc.PingServer("127.0.0.1:0", "", "", "", 0)
	return address.String()
}

func fields(t *testing.T, end outcome) map[string]json.RawMessage {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(end.stdout), &all); err != nil {
		t.Fatalf("%v: %s", err, end.stderr)
	}
	return all
}

// originally runs the unmodified command under our command's name.
func originally(args ...string) outcome {
	cmd := exec.Command(originalCommand)
	cmd.Args = append([]string{command}, args...)
	return runCommand(cmd)
}

func TestEveryOtherCallIsTheOriginals(t *testing.T) {
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Date"] = nil
		_, _ = w.Write([]byte("hello"))
	}))
	defer web.Close()
	for _, args := range [][]string{
		{},
		{"help"},
		{"version"},
		{"version", "-s"},
		{"nonsense"},
		{"load"},
		{"load", "-nonsense"},
		{"load", "-payload", "-dapr"},
		{"curl", "-quiet", web.URL},
		{"curl", "-dapr", web.URL},
	} {
		if ours, own := fortio(args...), originally(args...); ours != own {
			t.Errorf("fortio %v\n%+v\nfortio-original\n%+v", args, ours, own)
		}
	}
}

func TestAnHTTPLoadIsTheOriginals(t *testing.T) {
	count := 0
	web := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { count++ }))
	defer web.Close()
	end := fortio("load", "-json", "-", "-qps=0", "-n=20", "-c=1", web.URL)
	if r := fields(t, end); count != 20 || string(r["RunType"]) != `"HTTP"` {
		t.Errorf("%d requests, %s", count, end.stderr)
	}
}

func TestAMissingOriginalIsAnErrorThatNamesIt(t *testing.T) {
	program, err := os.ReadFile(command)
	if err != nil {
		t.Fatal(err)
	}
	alone := filepath.Join(t.TempDir(), "fortio")
	if err := os.WriteFile(alone, program, 0o700); err != nil {
		t.Fatal(err)
	}
	end := runCommand(exec.Command(alone, "version"))
	if end.exitCode != 1 || !strings.Contains(end.stderr, alone+"-original") {
		t.Errorf("exit code %d: %s", end.exitCode, end.stderr)
	}
}
