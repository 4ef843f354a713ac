//go:build slow

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
)

// loopLoad makes a load of one target with our own loop.
func loopLoad(t *testing.T, args ...string) loopResult {
	t.Helper()
	end := fortio(append([]string{"load", "-json", "-"}, args...)...)
	if end.exitCode != 0 {
		t.Fatalf("exit code %d: %s", end.exitCode, end.stderr)
	}
	return read[loopResult](t, end.stdout)
}

func read[T any](t *testing.T, text string) T {
	t.Helper()
	var value T
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return value
}

// web is an HTTP server that keeps when requests arrived, and from where.
type web struct {
	*httptest.Server
	mutex   sync.Mutex
	arrived []time.Time
	from    map[string]int
	bodies  map[string]int
}

// serve answers every request by the handler, if there is one.
func serve(t *testing.T, handle func(number int, w http.ResponseWriter)) *web {
	s := &web{from: map[string]int{}, bodies: map[string]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := time.Now()
		body, _ := io.ReadAll(r.Body)
		s.mutex.Lock()
		s.arrived = append(s.arrived, now)
		s.from[r.RemoteAddr]++
		s.bodies[r.Method+" "+string(body)]++
		number := len(s.arrived)
		s.mutex.Unlock()
		if handle != nil {
			handle(number, w)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// quartilesOfGaps are those of the gaps between moments, as shares of the mean gap.
func quartilesOfGaps(moments []time.Duration) []float64 {
	slices.Sort(moments)
	gaps := make([]float64, len(moments)-1)
	for i := range gaps {
		gaps[i] = (moments[i+1] - moments[i]).Seconds()
	}
	mean := (moments[len(moments)-1] - moments[0]).Seconds() / float64(len(gaps))
	slices.Sort(gaps)
	quartile := func(q int) float64 { return gaps[len(gaps)*q/4] / mean }
	return []float64{quartile(1), quartile(2), quartile(3)}
}

func TestRequestsArriveWithTheGapsThatWereAskedFor(t *testing.T) {
	const connections, rate, seed = 8, 40, 5
	for _, kind := range arrivalKinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			server := serve(t, nil)
			r := loopLoad(t, "-arrivals", kind, "-seed", fmt.Sprint(seed), "-qps", fmt.Sprint(rate), "-c", fmt.Sprint(connections), "-t=4s", server.URL)
			var arrived []time.Duration
			for _, at := range server.arrived[connections:] { // each connection is tested with one request
				arrived = append(arrived, at.Sub(server.arrived[0]))
			}
			asked := all(newSchedule(kind, seed, 1, connections, rate, 4*time.Second), 0)
			if len(arrived) != len(asked) || r.Rated.Due != int64(len(asked)) || r.Rated.Arrivals != kind || r.Rated.Seed != seed {
				t.Fatalf("%d requests arrived, %d were asked for, the result says %+v", len(arrived), len(asked), r.Rated)
			}
			got, expected := quartilesOfGaps(arrived), quartilesOfGaps(asked)
			for i := range got {
				if math.Abs(got[i]-expected[i]) > 0.2 {
					t.Errorf("the quartiles of the gaps are %.2f of the mean gap, %.2f were asked for", got, expected)
				}
			}
		})
	}
}

func TestAllConnectionsAreUsedEqually(t *testing.T) {
	server := serve(t, nil)
	loopLoad(t, "-arrivals=uniform", "-qps=100", "-t=2s", "-c=4", server.URL)
	if len(server.from) != 4 {
		t.Fatalf("requests came from %v", server.from)
	}
	for connection, count := range server.from {
		if count < 40 || count > 62 {
			t.Errorf("of 204 requests %s sent %d", connection, count)
		}
	}
}

func TestFewerRequestsThanAllConnectionsCouldShareEquallyAreSent(t *testing.T) {
	server := serve(t, nil)
	for _, kind := range arrivalKinds {
		if r := loopLoad(t, "-arrivals", kind, "-qps=50", "-t=460ms", "-c=16", server.URL); r.Rated.Due != 23 || r.DurationHistogram.Count != 23 || r.RetCodes["200"] != 23 {
			t.Errorf("%s: %d of %d requests", kind, r.DurationHistogram.Count, r.Rated.Due)
		}
	}
}

func TestWhatIsNotSentByTheEndOfALoadIsNotSent(t *testing.T) {
	server := serve(t, func(int, http.ResponseWriter) { time.Sleep(20 * time.Millisecond) })
	r := loopLoad(t, "-arrivals=uniform", "-qps=200", "-t=1s", "-c=1", server.URL)
	rated := r.Rated
	if rated.Due != 200 || rated.SentInTime > 50 || rated.SentInTime < 2 || r.DurationHistogram.Count != rated.SentInTime {
		t.Errorf("of %d requests %d were sent in time, %d at all", rated.Due, rated.SentInTime, r.DurationHistogram.Count)
	}
	if rated.LateSends.Count != rated.SentInTime-1 || rated.LateSends.WorstSeconds < 0.5 {
		t.Errorf("of %d requests %+v were late", rated.SentInTime, rated.LateSends)
	}
	if rated.ResponseTime.Avg < 5*r.DurationHistogram.Avg {
		t.Errorf("response time %v s, service time %v s", rated.ResponseTime.Avg, r.DurationHistogram.Avg)
	}
}

func TestWithoutATargetRateNothingIsDue(t *testing.T) {
	server := serve(t, nil)
	r := loopLoad(t, "-arrivals=bursts", "-qps=0", "-t=300ms", "-c=2", server.URL)
	if r.Rated != nil || r.RequestedQPS != "max" || r.DurationHistogram.Count != int64(len(server.arrived)-2) {
		t.Errorf("%+v, %d requests of %d", r.Rated, r.DurationHistogram.Count, len(server.arrived))
	}
}

func TestTheResultHasTheFieldsOfFortiosOwnHTTPRun(t *testing.T) {
	server := serve(t, nil)
	own := fields(t, fortio("load", "-qps=50", "-t=300ms", "-json", "-", server.URL))
	ours := fields(t, fortio("load", "-arrivals=bursts", "-qps=50", "-t=300ms", "-json", "-", server.URL))
	for name := range own {
		if _, found := ours[name]; !found && name != "AbortOn" { // which is not offered
			t.Errorf("%s is missing", name)
		}
	}
}

func TestABodyIsPostedByBothHTTPClients(t *testing.T) {
	for _, client := range []string{"-stdclient=false", "-stdclient"} {
		server := serve(t, nil)
		r := loopLoad(t, client, "-arrivals=uniform", "-qps=50", "-t=400ms", "-c=2", "-payload=hello", server.URL)
		if got := server.bodies["POST hello"]; got != 22 || r.RetCodes["200"] != 20 {
			t.Errorf("%s: %v arrived, outcomes %v", client, server.bodies, r.RetCodes)
		}
		for name, count := range r.ExtraConnections {
			if count != 0 {
				t.Errorf("%s: %s is %d", client, name, count)
			}
		}
	}
}

func TestConnectionsThatAreOpenedAgainAreCounted(t *testing.T) {
	closing := serve(t, func(_ int, w http.ResponseWriter) { w.Header().Set("Connection", "close") })
	for client, name := range map[string]string{"-stdclient=false": "OpenedOrSentAgain", "-stdclient": "Opened"} {
		r := loopLoad(t, client, "-arrivals=uniform", "-qps=50", "-t=400ms", "-c=2", closing.URL)
		if got := r.ExtraConnections[name]; got != 20 {
			t.Errorf("%s: %v", client, r.ExtraConnections)
		}
	}
	aging := keepalive.ServerParameters{MaxConnectionAge: 100 * time.Millisecond, MaxConnectionAgeGrace: time.Second}
	address := startDaprServer(t, &daprServer{}, grpc.KeepaliveParams(aging))
	r := loopLoad(t, "-grpc", "-dapr=capability=invoke,target=dapr,method=load,appid=a", "-arrivals=uniform", "-qps=50", "-t=1s", "-c=2", address)
	if r.ExtraConnections["Opened"] < 2 || r.RetCodes["OK"] != 50 {
		t.Errorf("over gRPC: %v, outcomes %v", r.ExtraConnections, r.RetCodes)
	}
}

func TestAResponseThatBreaksOffIsCountedAsABrokenConnection(t *testing.T) {
	breaking := serve(t, func(number int, w http.ResponseWriter) {
		if number > 2 {
			w.Header().Set("Content-Length", "10")
			_, _ = w.Write([]byte("half"))
		}
	})
	r := loopLoad(t, "-stdclient", "-arrivals=uniform", "-qps=50", "-t=200ms", "-c=2", breaking.URL)
	if r.RetCodes["-1"] != 10 {
		t.Errorf("outcomes %v", r.RetCodes)
	}
}

// Several variants.

func variantsOf(urls ...string) string {
	var variants []variant
	for i, url := range urls {
		variants = append(variants, variant{Name: string("AB"[i]), URL: url})
	}
	text, _ := json.Marshal(variants)
	return string(text)
}

const connections = 4

func mixed(t *testing.T, variants string, args ...string) mixedResults {
	t.Helper()
	end := fortio(append([]string{"load", "-variants", variants, "-json", "-", "-c", fmt.Sprint(connections)}, args...)...)
	if end.exitCode != 0 {
		t.Fatalf("exit code %d: %s", end.exitCode, end.stderr)
	}
	return read[mixedResults](t, end.stdout)
}

func TestVariantsGetTheirRequestsSliceBySliceInTheOrderABBA(t *testing.T) {
	for _, kind := range arrivalKinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			var mutex sync.Mutex
			var arrived []byte
			server := func(name byte) string {
				return serve(t, func(int, http.ResponseWriter) {
					mutex.Lock()
					arrived = append(arrived, name)
					mutex.Unlock()
				}).URL
			}
			m := mixed(t, variantsOf(server('A'), server('B')), "-qps=80", "-t=1s", "-arrivals", kind)
			got := string(arrived[2*connections:]) // each connection tests its variant
			cycle := strings.Repeat("A", connections) + strings.Repeat("B", 2*connections) + strings.Repeat("A", connections)
			expected := strings.Repeat(cycle, 10)
			if len(got) != len(expected) {
				t.Fatalf("%d requests arrived, expected %d", len(got), len(expected))
			}
			same := 0
			for i := range got {
				if got[i] == expected[i] {
					same++
				}
			}
			if same < len(got)*9/10 { // a pause of the machine disturbs some slices
				t.Errorf("requests reached %s", got)
			}
			if order := strings.Join(m.Order, ""); order != "ABBA" || m.Slices != 40 || m.Slice != 50*time.Millisecond {
				t.Errorf("the result tells %d slices of %v in the order %s", m.Slices, m.Slice, order)
			}
			for i, one := range m.Results {
				rated := one.Rated
				if one.Name != string("AB"[i]) || one.DurationHistogram.Count != 80 || one.RetCodes["200"] != 80 || rated.Due != 80 ||
					rated.SentInTime != 80 || rated.Arrivals != kind || one.Sizes.Count != 80 || one.RequestedQPS != "40" || one.NumThreads != connections {
					t.Errorf("the result of %s: %+v, %+v", one.Name, one, rated)
				}
			}
		})
	}
}

func TestAStallOfOneVariantDelaysNoRequestOfTheOther(t *testing.T) {
	var stalled sync.Once
	begun := make(chan struct{})
	a := serve(t, func(number int, _ http.ResponseWriter) {
		if number < 100 {
			return
		}
		stalled.Do(func() { time.AfterFunc(200*time.Millisecond, func() { close(begun) }) })
		<-begun
	})
	b := serve(t, nil)
	m := mixed(t, variantsOf(a.URL, b.URL), "-qps=100", "-t=6s", "-c=8", "-arrivals=uniform")
	if late := m.Results[0].Rated.LateSends; late.Count == 0 || late.WorstSeconds < 0.01 {
		t.Errorf("A: %+v", late)
	}
	if late := m.Results[1].Rated.LateSends; late.Count != 0 {
		t.Errorf("B: %+v", late)
	}
}

func TestAMixedLoadWithoutATargetRateReachesAllVariantsInSlices(t *testing.T) {
	servers := []*web{serve(t, nil), serve(t, nil)}
	m := mixed(t, variantsOf(servers[0].URL, servers[1].URL), "-qps=0", "-t=1s", "-arrivals=bursts")
	if m.Slices != 40 || m.Slice.Milliseconds() != 100 {
		t.Errorf("%d slices of %v", m.Slices, m.Slice)
	}
	for i, one := range m.Results {
		count := int(one.DurationHistogram.Count)
		if count == 0 || count != len(servers[i].arrived)-connections || one.Rated != nil {
			t.Errorf("%s: %d requests, %d reached the server; %+v", one.Name, count, len(servers[i].arrived), one.Rated)
		}
	}
}

func variantsOverGRPC(t *testing.T, servers ...*daprServer) string {
	var variants []variant
	for i, server := range servers {
		variants = append(variants, variant{
			Name: string("AB"[i]),
			URL:  startDaprServer(t, server),
			Dapr: "capability=invoke,target=dapr,method=load,appid=app-" + string("ab"[i]),
		})
	}
	text, _ := json.Marshal(variants)
	return string(text)
}

func TestAMixedLoadReachesDaprsGRPCAPIOfEachVariant(t *testing.T) {
	servers := []*daprServer{{}, {}}
	m := mixed(t, variantsOverGRPC(t, servers...), "-grpc", "-qps=800", "-t=200ms", "-payload-size=10", "-arrivals=bursts")
	for i, server := range servers {
		if count := len(server.invoked); count != 80+connections || server.invoked[0].GetId() != "app-"+string("ab"[i]) {
			t.Errorf("variant %d got %d requests", i, count)
		}
		if ok := m.Results[i].RetCodes["OK"]; ok != 80 {
			t.Errorf("variant %d: outcomes %v", i, m.Results[i].RetCodes)
		}
	}
}

func TestAVariantThatFailsIsCountedAndTheOtherIsNot(t *testing.T) {
	failing := &daprServer{fail: 14, failAfter: connections}
	m := mixed(t, variantsOverGRPC(t, &daprServer{}, failing), "-grpc", "-qps=800", "-t=200ms", "-arrivals=bursts")
	if a, b := m.Results[0].RetCodes, m.Results[1].RetCodes; a["OK"] != 80 || b["Unavailable"] != 80 {
		t.Errorf("outcomes: A %v, B %v", a, b)
	}
}

func TestLoadsThatCanNotBeMadeAreRefused(t *testing.T) {
	nobody := "http://127.0.0.1:1"
	variants := variantsOf(nobody, nobody)
	overGRPC := `[{"name":"A","url":"127.0.0.1:1","dapr":"capability=invoke,target=dapr,method=load,appid=app"},{"name":"B","url":"127.0.0.1:1"}]`
	for args, expected := range map[string]string{
		"-arrivals bursts -variants []":                                "expected at least 2",
		"-arrivals bursts -variants x":                                 "expected [{",
		`-arrivals bursts -variants [{"name":"A"},{"name":"B"}]`:       "needs a name and a url",
		"-variants " + variants:                                        "-arrivals : expected one of uniform, poisson, bursts",
		"-arrivals x " + nobody:                                        "-arrivals x: expected one of uniform, poisson, bursts",
		"-arrivals bursts -t 0 " + nobody:                              "needs a duration",
		"-arrivals bursts -n 5 " + nobody:                              "can't be combined",
		"-arrivals bursts -grpc " + nobody:                             "over gRPC only Dapr is called",
		"-arrivals bursts":                                             "0 destinations",
		"-arrivals bursts " + nobody:                                   "the first request to " + nobody + ": error -1",
		"-arrivals bursts -stdclient " + nobody:                        "connection refused",
		"-arrivals bursts -variants " + variants + " " + nobody:        "the only destinations",
		"-arrivals bursts -variants " + variants + " -t 1s":            "the first request to A, " + nobody + ": error -1",
		"-arrivals bursts -grpc -variants " + overGRPC + " -t 1s":      "the first request to A, 127.0.0.1:1: ",
		"-arrivals bursts -grpc -dapr capability=x,target=y 127.0.0.1": "unsupported dapr load test",
	} {
		end := fortio(append([]string{"load"}, strings.Fields(args)...)...)
		if end.exitCode != 1 || !strings.Contains(end.stderr, expected) {
			t.Errorf("%s: exit code %d: %s", args, end.exitCode, end.stderr)
		}
	}
}
