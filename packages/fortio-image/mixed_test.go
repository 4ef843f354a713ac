//go:build slow

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

const connections = 4

// recorders are servers, A and B, that record which of them each request reached. They answer a request only when the
// other connections' requests are there as well, so that no tick begins before all requests of the last one arrived.
type recorders struct {
	mutex   sync.Mutex
	arrived []byte
	waiting []chan struct{}
}

func (r *recorders) arrive(name byte) {
	r.mutex.Lock()
	if len(r.arrived) < 2*connections { // each connection tests each variant
		r.arrived = append(r.arrived, name)
		r.mutex.Unlock()
		return
	}
	r.arrived = append(r.arrived, name)
	all := make(chan struct{})
	r.waiting = append(r.waiting, all)
	if len(r.waiting) == connections {
		for _, one := range r.waiting {
			close(one)
		}
		r.waiting = nil
	}
	r.mutex.Unlock()
	<-all
}

func (r *recorders) server(t *testing.T, name byte) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		r.arrive(name)
		_, _ = fmt.Fprintf(w, "%c", name)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func variantsOf(urls ...string) string {
	var variants []variant
	for i, url := range urls {
		variants = append(variants, variant{Name: string("AB"[i]), URL: url})
	}
	text, _ := json.Marshal(variants)
	return string(text)
}

func mixed(t *testing.T, variants string, args ...string) mixedResults {
	t.Helper()
	end := fortio(append([]string{"load", "-variants", variants, "-json", "-", "-c", fmt.Sprint(connections)}, args...)...)
	if end.exitCode != 0 {
		t.Fatalf("exit code %d: %s", end.exitCode, end.stderr)
	}
	var m mixedResults
	if err := json.Unmarshal([]byte(end.stdout), &m); err != nil {
		t.Fatalf("%v: %s", err, end.stdout)
	}
	return m
}

func TestEachTickReachesOneVariantAloneInTheOrderABBA(t *testing.T) {
	for _, arrivals := range []string{atOnce, evenly} {
		t.Run(arrivals, func(t *testing.T) {
			r := &recorders{}
			m := mixed(t, variantsOf(r.server(t, 'A'), r.server(t, 'B')), "-qps=2000", "-t=100ms", "-arrivals", arrivals)
			ticks := string(r.arrived[2*connections:])
			cycle := strings.Repeat("A", connections) + strings.Repeat("B", 2*connections) + strings.Repeat("A", connections)
			if expected := strings.Repeat(cycle, 13); ticks != expected {
				t.Errorf("requests reached %s, expected %s", ticks, expected)
			}
			if order := strings.Join(m.Order, ""); order != "ABBA" || m.Slices != 52 || m.Arrivals != arrivals {
				t.Errorf("the result tells %d slices in the order %s, arrivals %s", m.Slices, order, m.Arrivals)
			}
			for i, one := range m.Results {
				h := one.DurationHistogram
				if one.Name != string("AB"[i]) || h.Count != 104 || one.RetCodes["200"] != 104 || one.ResponseTime.Count != 104 || one.Sizes.Count != 104 {
					t.Errorf("the result of %s: %d requests, outcomes %v", one.Name, h.Count, one.RetCodes)
				}
				if one.ResponseTime.Avg < h.Avg {
					t.Errorf("%s: response time %v, service time %v", one.Name, one.ResponseTime.Avg, h.Avg)
				}
				if one.RequestedQPS != "1000" || one.NumThreads != connections {
					t.Errorf("%s: %s requests per second asked for, %d connections", one.Name, one.RequestedQPS, one.NumThreads)
				}
			}
		})
	}
}

func TestAMixedLoadWithoutATargetRateReachesAllVariantsInSlices(t *testing.T) {
	var hits [2]int
	var mutex sync.Mutex
	server := func(i int) string {
		s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			mutex.Lock()
			hits[i]++
			mutex.Unlock()
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	m := mixed(t, variantsOf(server(0), server(1)), "-qps=0", "-t=1s")
	if m.Slices != 40 || m.Slice.Milliseconds() != 100 {
		t.Errorf("%d slices of %v", m.Slices, m.Slice)
	}
	for i, one := range m.Results {
		count := int(one.DurationHistogram.Count)
		if count == 0 || count != hits[i]-connections || one.ResponseTime != nil || one.LateSends != nil {
			t.Errorf("%s: %d requests, %d reached the server; response time %v", one.Name, count, hits[i], one.ResponseTime)
		}
	}
}

func TestAMixedLoadReachesDaprsGRPCAPIOfEachVariant(t *testing.T) {
	servers := []*daprServer{{}, {}}
	var variants []variant
	for i, server := range servers {
		variants = append(variants, variant{
			Name: string("AB"[i]),
			URL:  startDaprServer(t, server),
			Dapr: "capability=invoke,target=dapr,method=load,appid=app-" + string("ab"[i]),
		})
	}
	text, _ := json.Marshal(variants)
	m := mixed(t, string(text), "-grpc", "-qps=2000", "-t=100ms", "-payload-size=10")
	for i, server := range servers {
		if count := len(server.invoked); count != 104+connections || server.invoked[0].GetId() != "app-"+string("ab"[i]) {
			t.Errorf("variant %d got %d requests", i, count)
		}
		if ok := m.Results[i].RetCodes["OK"]; ok != 104 {
			t.Errorf("variant %d: outcomes %v", i, m.Results[i].RetCodes)
		}
	}
}

func TestAVariantThatFailsIsCountedAndTheOtherIsNot(t *testing.T) {
	failing := &daprServer{fail: 14, failAfter: connections}
	var variants []variant
	for i, server := range []*daprServer{{}, failing} {
		variants = append(variants, variant{Name: string("AB"[i]), URL: startDaprServer(t, server), Dapr: "capability=invoke,target=dapr,method=load,appid=app"})
	}
	text, _ := json.Marshal(variants)
	m := mixed(t, string(text), "-grpc", "-qps=2000", "-t=100ms")
	if a, b := m.Results[0].RetCodes, m.Results[1].RetCodes; a["OK"] != 104 || b["Unavailable"] != 104 {
		t.Errorf("outcomes: A %v, B %v", a, b)
	}
}

func TestMixedLoadsThatCanNotBeMadeAreRefused(t *testing.T) {
	variants := variantsOf("http://127.0.0.1:1", "http://127.0.0.1:1")
	overGRPC := `[{"name":"A","url":"127.0.0.1:1","dapr":"capability=invoke,target=dapr,method=load,appid=app"},{"name":"B","url":"127.0.0.1:1"}]`
	for args, expected := range map[string]string{
		"-variants []":                                   "expected at least 2",
		"-variants x":                                    "expected [{",
		`-variants [{"name":"A"},{"name":"B"}]`:          "needs a name and a url",
		"-variants " + variants + " -arrivals x":         "expected bursts or uniform",
		"-variants " + variants + " -t 0":                "needs a duration",
		"-variants " + variants + " -n 5":                "can't be combined",
		"-variants " + variants + " http://127.0.0.1:1/": "the only destinations",
		"-variants " + variants + " -t 1s":               "the first request to A",
		"-grpc -variants " + overGRPC + " -t 1s":         "the first request to A, 127.0.0.1:1: ",
	} {
		end := fortio(append([]string{"load"}, strings.Fields(args)...)...)
		if end.exitCode != 1 || !strings.Contains(end.stderr, expected) {
			t.Errorf("%s: exit code %d: %s", args, end.exitCode, end.stderr)
		}
	}
}
