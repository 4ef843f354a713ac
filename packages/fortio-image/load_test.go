//go:build slow

package main

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fortio.org/fortio/stats"
	"google.golang.org/grpc/codes"
)

// outcome is how a run of the command ended.
type outcome struct {
	exitCode       int
	stdout, stderr string
}

func fortio(args ...string) outcome {
	return runCommand(exec.Command(command, args...))
}

func runCommand(cmd *exec.Cmd) outcome {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run()
	return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// result has the fields of the JSON that the tester and its callers rely on.
type result struct {
	RunType           string
	Labels            string
	RequestedQPS      string
	RequestedDuration string
	ActualQPS         float64
	ActualDuration    int64
	NumThreads        int
	Version           string
	DurationHistogram stats.HistogramData
	Exactly           int64
	Jitter            bool
	RetCodes          map[string]int64
	Destination       string
	Streams           int
	Dapr              string
	ResponseTime      *stats.HistogramData
	LateSends         *lateSends
}

// load makes a Dapr load that has to work.
func load(t *testing.T, dapr string, args ...string) result {
	t.Helper()
	return parse(t, fortio(append([]string{"load", "-grpc", "-dapr", dapr, "-json", "-"}, args...)...))
}

func parse(t *testing.T, end outcome) result {
	t.Helper()
	if end.exitCode != 0 {
		t.Fatalf("exit code %d: %s", end.exitCode, end.stderr)
	}
	var r result
	if err := json.Unmarshal([]byte(end.stdout), &r); err != nil {
		t.Fatalf("%v: %s", err, end.stdout)
	}
	return r
}

const quick = "-qps=0"

func TestInvokeCallsAMethodOfAnAppThroughTheSidecar(t *testing.T) {
	server := &daprServer{}
	address := startDaprServer(t, server)
	r := load(t, "capability=invoke,target=dapr,appid=testapp,method=load", quick, "-n=20", "-c=2", "-payload=hello", "http://"+address+"/")
	if len(server.invoked) != 20 || r.RetCodes["OK"] != 20 || len(r.RetCodes) != 1 {
		t.Errorf("%d calls arrived, %v are reported", len(server.invoked), r.RetCodes)
	}
	for _, call := range server.invoked {
		message := call.GetMessage()
		if call.GetId() != "testapp" || message.GetMethod() != "load" || message.GetContentType() != "text/plain" || string(message.GetData().GetValue()) != "hello" {
			t.Fatalf("arrived: %v", call)
		}
	}
	if r.RunType != "GRPC Dapr PayloadLength=5" || r.Dapr != "capability=invoke,target=dapr,appid=testapp,method=load" || r.Version != "1.16.1" {
		t.Errorf("the result says %q, %q, %q", r.RunType, r.Dapr, r.Version)
	}
}

func TestAppCallbackCallsTheAppItself(t *testing.T) {
	server := &daprServer{}
	load(t, "capability=invoke,target=appcallback,method=load", quick, "-n=20", "-payload-size=1024", startDaprServer(t, server))
	if len(server.called) != 20 {
		t.Errorf("%d calls arrived", len(server.called))
	}
	for _, call := range server.called {
		if call.GetMethod() != "load" || call.GetContentType() != "text/plain" || len(call.GetData().GetValue()) != 1024 {
			t.Fatalf("arrived: %v", call)
		}
	}
}

func TestStateGetsAKey(t *testing.T) {
	server := &daprServer{}
	load(t, "capability=state,target=dapr,method=get,store=statestore,key=abc123", quick, "-n=20", startDaprServer(t, server))
	if len(server.got) != 20 {
		t.Errorf("%d calls arrived", len(server.got))
	}
	for _, call := range server.got {
		if call.GetStoreName() != "statestore" || call.GetKey() != "abc123" {
			t.Fatalf("arrived: %v", call)
		}
	}
}

func TestAKeyWithoutAValueIsNotFound(t *testing.T) {
	address := startDaprServer(t, &daprServer{})
	dapr := "capability=state,target=dapr,method=get,store=statestore,key=missing"
	if r := load(t, dapr, quick, "-n=20", address); r.RetCodes["NotFound"] != 20 {
		t.Errorf("reported: %v", r.RetCodes)
	}
	if r := load(t, dapr, quick, "-t=100ms", address); r.RetCodes["NotFound"] == 0 || len(r.RetCodes) != 1 {
		t.Errorf("reported, where a first call is made before the load: %v", r.RetCodes)
	}
}

func TestAValueMayBeLargerThanTheDefaultOfGRPC(t *testing.T) {
	url := startDaprServer(t, &daprServer{})
	if got := load(t, "capability=state,target=dapr,method=get,store=s,key=large", "-n", "2", "-c", "1", url); got.RetCodes["OK"] != 2 {
		t.Errorf("%v", got.RetCodes)
	}
}

func TestPublishPublishesEventsOneByOne(t *testing.T) {
	server := &daprServer{}
	r := load(t, "capability=pubsub,target=dapr,method=publish,store=pubsub,topic=topic123,contenttype=text/plain,rawpayload=true,numevents=3",
		quick, "-n=20", "-payload=hello", startDaprServer(t, server))
	if len(server.published) != 60 || r.RetCodes["OK"] != 20 {
		t.Errorf("%d events arrived, %v are reported", len(server.published), r.RetCodes)
	}
	for _, event := range server.published {
		if event.GetPubsubName() != "pubsub" || event.GetTopic() != "topic123" || string(event.GetData()) != "hello" ||
			event.GetDataContentType() != "text/plain" || event.GetMetadata()["rawPayload"] != "true" {
			t.Fatalf("arrived: %v", event)
		}
	}
}

func TestPublishPublishesOneEventThatIsNotRawUnlessToldOtherwise(t *testing.T) {
	server := &daprServer{}
	load(t, "capability=pubsub,target=dapr,method=publish,store=pubsub,topic=topic123", quick, "-n=20", startDaprServer(t, server))
	if len(server.published) != 20 || len(server.published[0].GetMetadata()) != 0 {
		t.Errorf("%d events arrived, with metadata %v", len(server.published), server.published[0].GetMetadata())
	}
}

func TestBulkPublishPublishesAllEventsInOneCall(t *testing.T) {
	server := &daprServer{}
	load(t, "capability=pubsub,target=dapr,method=bulkpublish,store=pubsub,topic=topic123,contenttype=text/plain,numevents=10",
		quick, "-n=20", "-payload=hello", startDaprServer(t, server))
	if len(server.bulks) != 20 {
		t.Errorf("%d calls arrived", len(server.bulks))
	}
	for _, bulk := range server.bulks {
		ids := map[string]bool{}
		for _, entry := range bulk.GetEntries() {
			ids[entry.GetEntryId()] = true
			if string(entry.GetEvent()) != "hello" || entry.GetContentType() != "text/plain" {
				t.Fatalf("arrived: %v", entry)
			}
		}
		if len(ids) != 10 || bulk.GetPubsubName() != "pubsub" || bulk.GetTopic() != "topic123" {
			t.Fatalf("arrived: %v", bulk)
		}
	}
}

func TestABulkWithAFailedEntryHasFailed(t *testing.T) {
	address := startDaprServer(t, &daprServer{})
	r := load(t, "capability=pubsub,target=dapr,method=bulkpublish,store=pubsub,topic=refused,numevents=2", quick, "-n=20", address)
	if r.RetCodes["Internal"] != 20 {
		t.Errorf("reported: %v", r.RetCodes)
	}
}

func TestNoopNeedsNoConnection(t *testing.T) {
	r := load(t, "capability=state,target=noop", quick, "-n=20", "localhost:1")
	if r.RetCodes["OK"] != 20 || r.RunType != "GRPC Dapr" {
		t.Errorf("reported: %v, %s", r.RetCodes, r.RunType)
	}
}

func TestEachConnectionBeginsWithACheck(t *testing.T) {
	server := &daprServer{}
	address := startDaprServer(t, server)
	const dapr = "capability=invoke,target=dapr,appid=testapp,method=load"
	r := load(t, dapr, "-qps=200", "-t=500ms", "-c=4", "-s=2", address)
	checks := int64(4 * 2)
	if got := int64(len(server.invoked)); got != r.DurationHistogram.Count+checks {
		t.Errorf("%d calls arrived, %d are reported, and %d checks", got, r.DurationHistogram.Count, checks)
	}
	if server.connections != 4 || r.Streams != 2 || r.NumThreads != 8 {
		t.Errorf("%d connections with %d streams, %d threads", server.connections, r.Streams, r.NumThreads)
	}

	failing := startDaprServer(t, &daprServer{fail: codes.PermissionDenied})
	end := fortio("load", "-grpc", "-dapr", dapr, "-t=1s", failing)
	if end.exitCode != 1 || !strings.Contains(end.stderr, "PermissionDenied") {
		t.Errorf("a failing check ended with %d: %s", end.exitCode, end.stderr)
	}
}

func TestCodesAreCountedByName(t *testing.T) {
	address := startDaprServer(t, &daprServer{fail: codes.Unavailable, failAfter: 5})
	r := load(t, "capability=invoke,target=dapr,appid=testapp,method=load", quick, "-n=20", "-c=1", address)
	if r.RetCodes["OK"] != 5 || r.RetCodes["Unavailable"] != 15 {
		t.Errorf("reported: %v", r.RetCodes)
	}
}

func TestTimesFromWhenRequestsWereDueShowAStallThatOthersLeaveOut(t *testing.T) {
	const dapr = "capability=invoke,target=dapr,appid=testapp,method=load"
	address := startDaprServer(t, &daprServer{stallAt: 20, stallFor: 500 * time.Millisecond})
	r := load(t, dapr, "-qps=100", "-t=1s", "-c=1", "-p=75", address)
	response, late := r.ResponseTime, r.LateSends
	if response == nil || late == nil || response.Count != r.DurationHistogram.Count {
		t.Fatalf("times from due: %+v, late: %+v", response, late)
	}
	if late.Count < 20 || late.WorstSeconds < 0.4 {
		t.Errorf("%d of %d were late, by up to %v s", late.Count, response.Count, late.WorstSeconds)
	}
	if from, service := response.Percentiles[0].Value, r.DurationHistogram.Percentiles[0].Value; from < 0.1 || from < 2*service {
		t.Errorf("p75 is %v s from due, %v s from sending", from, service)
	}
	if unlimited := load(t, dapr, quick, "-n=20", "-c=1", address); unlimited.ResponseTime != nil || unlimited.LateSends != nil {
		t.Errorf("without a target rate: %+v, %+v", unlimited.ResponseTime, unlimited.LateSends)
	}
}

func TestTheResultSaysWhatWasAskedFor(t *testing.T) {
	r := load(t, "capability=state,target=noop", "-qps=500", "-t=400ms", "-c=3", "-r=0.0001", "-p=50,99.9", "-jitter", "-labels=mine", "localhost:1")
	if r.RequestedQPS != "500" || r.RequestedDuration != "400ms" || r.NumThreads != 3 || !r.Jitter || r.Labels != "mine" || r.Destination != "localhost:1" {
		t.Errorf("it says %+v", r)
	}
	if ps := r.DurationHistogram.Percentiles; len(ps) != 2 || ps[0].Percentile != 50 || ps[1].Percentile != 99.9 {
		t.Errorf("percentiles: %v", ps)
	}
	if r.DurationHistogram.Count < 2 || r.ActualQPS <= 0 || r.ActualDuration <= 0 {
		t.Errorf("%d calls, %f qps in %d ns", r.DurationHistogram.Count, r.ActualQPS, r.ActualDuration)
	}
}

func TestTheResultHasTheFieldsOfFortiosOwnGRPCRun(t *testing.T) {
	own := fields(t, fortio("load", "-grpc", "-ping", quick, "-n=20", "-json", "-", startPingServer(t)))
	ours := fields(t, fortio("load", "-grpc", "-dapr", "capability=state,target=noop", quick, "-n=20", "-json", "-", "localhost:1"))
	for name := range own {
		if _, found := ours[name]; !found {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestAPayloadComesFromAFile(t *testing.T) {
	server := &daprServer{}
	file := filepath.Join(t.TempDir(), "payload")
	large := strings.Repeat("x", 1<<20)
	if err := os.WriteFile(file, []byte(large), 0o600); err != nil {
		t.Fatal(err)
	}
	load(t, "capability=invoke,target=appcallback,method=load", quick, "-n=2", "-maxpayloadsizekb=2048", "-payload-file", file, startDaprServer(t, server))
	if got := server.called[0].GetData().GetValue(); string(got) != large {
		t.Errorf("%d bytes arrived", len(got))
	}
}

func TestTheResultGoesToAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "result.json")
	end := fortio("load", "-grpc", "-dapr", "capability=state,target=noop", quick, "-n=20", "-json", file, "localhost:1")
	text, err := os.ReadFile(file)
	if err != nil || end.exitCode != 0 || !json.Valid(text) {
		t.Errorf("exit code %d, %v: %s", end.exitCode, err, end.stderr)
	}
}

func TestWrongUsageEndsBeforeAnyLoad(t *testing.T) {
	server := &daprServer{}
	address := startDaprServer(t, server)
	for message, args := range map[string][]string{
		`"method"`:            {"-grpc", "-dapr", "method", address},
		"-dapr without -grpc": {"-dapr", "capability=state,target=noop", address},
		"0 destinations":      {"-grpc", "-dapr", "capability=state,target=noop"},
		"-p many":             {"-grpc", "-dapr", "capability=state,target=noop", "-p", "many", address},
		"unsupported dapr":    {"-grpc", "-dapr", "capability=state,target=elsewhere", address},
		"redis://HOST:PORT":   {"-grpc", "-dapr", "capability=state,target=redis,method=get,appid=a,key=k", address},
	} {
		if end := fortio(append([]string{"load", "-n=4"}, args...)...); end.exitCode == 0 || !strings.Contains(end.stderr, message) {
			t.Errorf("%v: exit code %d: %s", args, end.exitCode, end.stderr)
		}
	}
	if server.calls > 0 {
		t.Errorf("%d calls arrived", server.calls)
	}
}

func TestNobodyThereIsAnError(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	for _, url := range []string{address, "http://" + address + "/"} {
		end := fortio("load", "-grpc", "-dapr", "capability=invoke,target=dapr,appid=a,method=m", "-t=1s", url)
		if end.exitCode != 1 || !strings.Contains(end.stderr, "Unavailable") {
			t.Errorf("%s: exit code %d: %s", url, end.exitCode, end.stderr)
		}
	}
}
