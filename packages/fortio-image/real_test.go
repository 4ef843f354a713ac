//go:build slow

package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

const components = `
apiVersion: dapr.io/v1alpha1
kind: Component
metadata:
  name: statestore
spec:
  type: state.in-memory
  version: v1
---
apiVersion: dapr.io/v1alpha1
kind: Component
metadata:
  name: pubsub
spec:
  type: pubsub.in-memory
  version: v1
`

// sidecar is a real daprd, without an app.
type sidecar struct{ grpc, http, metrics string }

func startDaprd(t *testing.T) sidecar {
	t.Helper()
	daprd, err := exec.Command("node", "../../scripts/daprd.mjs").Output()
	if err != nil {
		t.Fatalf("no daprd: %v", err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "components.yaml"), []byte(components), 0o600); err != nil {
		t.Fatal(err)
	}
	ports := freePorts(t, 4)
	start(t, strings.TrimSpace(string(daprd)), "--app-id=fortio", "--resources-path="+folder,
		"--dapr-listen-addresses=127.0.0.1", "--dapr-internal-grpc-listen-address=127.0.0.1", "--metrics-listen-address=127.0.0.1",
		"--dapr-grpc-port="+ports[0], "--dapr-http-port="+ports[1], "--metrics-port="+ports[2], "--dapr-internal-grpc-port="+ports[3])
	d := sidecar{"http://127.0.0.1:" + ports[0], "http://127.0.0.1:" + ports[1], "http://127.0.0.1:" + ports[2]}
	until(t, "daprd is healthy", func() bool {
		answer, err := http.Get(d.http + "/v1.0/healthz/outbound")
		return err == nil && answer.StatusCode == http.StatusNoContent
	})
	return d
}

// start runs a program until the test ends.
func start(t *testing.T, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "DAPR_HOST_IP=127.0.0.1")
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("%s logged:\n%s", program, text)
		}
	})
}

func until(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !condition(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited a minute until %s", what)
		}
	}
}

func freePorts(t *testing.T, count int) []string {
	t.Helper()
	var ports []string
	for range count {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		ports = append(ports, strconv.Itoa(listener.Addr().(*net.TCPAddr).Port))
	}
	return ports
}

// metric is the value of the first line of a sidecar's metrics that holds all the texts.
func metric(t *testing.T, d sidecar, texts ...string) float64 {
	t.Helper()
	answer, err := http.Get(d.metrics + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var all strings.Builder
	_ = answer.Write(&all)
lines:
	for _, line := range strings.Split(all.String(), "\n") {
		for _, text := range texts {
			if !strings.Contains(line, text) {
				continue lines
			}
		}
		fields := strings.Fields(line)
		value, err := strconv.ParseFloat(fields[len(fields)-1], 64)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		return value
	}
	t.Fatalf("no metric with %v in:\n%s", texts, all.String())
	return 0
}

func TestRealDaprdAnswersEveryRequest(t *testing.T) {
	d := startDaprd(t)
	saved, err := http.Post(d.http+"/v1.0/state/statestore", "application/json", strings.NewReader(`[{"key":"abc123","value":"hello"}]`))
	if err != nil || saved.StatusCode != http.StatusNoContent {
		t.Fatalf("saving a value: %v %v", saved, err)
	}
	const pubsub = "capability=pubsub,target=dapr,store=pubsub,topic=topic123,contenttype=text/plain,"
	for _, dapr := range []string{
		"capability=state,target=dapr,method=get,store=statestore,key=abc123",
		pubsub + "method=publish",
		pubsub + "method=publish,numevents=3,rawpayload=true",
		pubsub + "method=bulkpublish,numevents=10",
	} {
		r := load(t, dapr, quick, "-n=200", "-payload=hello", d.grpc)
		if r.RetCodes["OK"] != 200 {
			t.Errorf("%s: %v", dapr, r.RetCodes)
		}
	}
	if published := metric(t, d, "dapr_component_pubsub_egress_count", `topic="topic123"`); published != 200+3*200 {
		t.Errorf("daprd counts %g events", published)
	}
	if bulks := metric(t, d, "dapr_component_pubsub_egress_bulk_count", `topic="topic123"`); bulks != 200 {
		t.Errorf("daprd counts %g bulks", bulks)
	}
}

func TestRealDaprdTellsWhatItCannotDo(t *testing.T) {
	d := startDaprd(t)
	for dapr, message := range map[string]string{
		"capability=state,target=dapr,method=get,store=nosuch,key=k":        "nosuch",
		"capability=pubsub,target=dapr,method=publish,store=nosuch,topic=t": "nosuch",
		"capability=invoke,target=dapr,appid=nosuch,method=m":               "nosuch",
	} {
		if end := fortio("load", "-grpc", "-dapr", dapr, "-t=1s", d.grpc); end.exitCode != 1 || !strings.Contains(end.stderr, message) {
			t.Errorf("%s: exit code %d: %s", dapr, end.exitCode, end.stderr)
		}
	}
	if r := load(t, "capability=state,target=dapr,method=get,store=statestore,key=absent", quick, "-n=20", d.grpc); r.RetCodes["NotFound"] != 20 {
		t.Errorf("of a key without a value is reported: %v", r.RetCodes)
	}
}

func TestRealRedisIsAskedDirectly(t *testing.T) {
	program, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("redis-server is not on the PATH")
	}
	port := freePorts(t, 1)[0]
	start(t, program, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", t.TempDir())
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:" + port})
	defer client.Close()
	ctx := context.Background()
	until(t, "Redis answers", func() bool { return client.Ping(ctx).Err() == nil })
	if err := client.HSet(ctx, "app||abc123", "data", "hello", "version", 1).Err(); err != nil {
		t.Fatal(err)
	}

	url := "redis://127.0.0.1:" + port
	r := load(t, "capability=state,target=redis,method=get,appid=app,key=abc123", quick, "-n=200", "-c=4", url)
	if r.RetCodes["OK"] != 200 {
		t.Errorf("reported: %v", r.RetCodes)
	}
	calls, err := client.Info(ctx, "commandstats").Result()
	if err != nil || !strings.Contains(calls, "cmdstat_hgetall:calls=200,") {
		t.Errorf("Redis counts %v %s", err, calls)
	}
	if r := load(t, "capability=state,target=redis,method=get,appid=app,key=absent", quick, "-n=20", url); r.RetCodes["NotFound"] != 20 {
		t.Errorf("a key that isn't there: %v", r.RetCodes)
	}
	end := fortio("load", "-grpc", "-dapr", "capability=state,target=redis,method=get,appid=app,key=abc123", "-t=1s", fmt.Sprintf("redis://127.0.0.1:%s", freePorts(t, 1)[0]))
	if end.exitCode != 1 || !strings.Contains(end.stderr, "connection refused") {
		t.Errorf("nobody there: exit code %d: %s", end.exitCode, end.stderr)
	}
}
