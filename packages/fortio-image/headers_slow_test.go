//go:build slow

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// tokens counts requests by the token that they carry.
type tokens struct {
	mutex sync.Mutex
	seen  map[string]int
}

func (s *tokens) count(token string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.seen[token]++
}

// check expects all requests to have carried this token, and some to have come.
func (s *tokens) check(t *testing.T, token string) {
	t.Helper()
	if len(s.seen) != 1 || s.seen[token] == 0 {
		t.Errorf("requests by their tokens: %v, expected only %q", s.seen, token)
	}
}

func tokensOverHTTP(t *testing.T) (*tokens, string) {
	s := &tokens{seen: map[string]int{}}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		s.count(strings.Join(r.Header.Values("dapr-api-token"), "+") + " " + r.Header.Get("X-All") + " " + r.Header.Get("Content-Type"))
	}))
	t.Cleanup(server.Close)
	return s, server.URL
}

func tokensOverGRPC(t *testing.T) (*tokens, string) {
	s := &tokens{seen: map[string]int{}}
	return s, startDaprServer(t, &daprServer{}, grpc.UnaryInterceptor(
		func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
			given, _ := metadata.FromIncomingContext(ctx)
			s.count(strings.Join(given.Get("dapr-api-token"), "+"))
			return handle(ctx, request)
		}))
}

// checkSilent expects a program to have written nothing of a secret.
func checkSilent(t *testing.T, end outcome, secret string) {
	t.Helper()
	if end.exitCode != 0 || strings.Contains(end.stdout+end.stderr, secret) {
		t.Errorf("exit code %d, wrote %s%s", end.exitCode, end.stdout, end.stderr)
	}
}

func TestTheRequestsToEachTargetCarryItsOwnHeadersAndThoseOfAll(t *testing.T) {
	for _, client := range []string{"-stdclient=false", "-stdclient"} {
		a, urlOfA := tokensOverHTTP(t)
		b, urlOfB := tokensOverHTTP(t)
		file := headersFile(t, `[{}, {"dapr-api-token": "s3cret: of=B"}]`)
		variants := fmt.Sprintf(`[{"name": "a", "url": %q}, {"name": "b", "url": %q}]`, urlOfA, urlOfB)
		end := fortio("load", "-json=-", "-arrivals=uniform", "-qps=100", "-c=2", "-t=400ms", "-payload=x", client,
			"-H", "X-All: both", "-headers", file, "-variants", variants)
		checkSilent(t, end, "s3cret")
		a.check(t, " both application/octet-stream")
		b.check(t, "s3cret: of=B both application/octet-stream")
	}
}

func TestCallsOverGRPCCarryHeadersAsMetadata(t *testing.T) {
	a, addressOfA := tokensOverGRPC(t)
	b, addressOfB := tokensOverGRPC(t)
	const dapr = "capability=state,target=dapr,method=get,store=s,key=k"
	file := headersFile(t, `[{"Dapr-API-Token": "s3cret of A"}, {}]`)
	variants := fmt.Sprintf(`[{"name": "a", "url": %q, "dapr": %q}, {"name": "b", "url": %q, "dapr": %q}]`, addressOfA, dapr, addressOfB, dapr)
	end := fortio("load", "-json=-", "-grpc", "-arrivals=bursts", "-qps=100", "-c=2", "-t=400ms", "-headers", file, "-variants", variants)
	checkSilent(t, end, "s3cret")
	a.check(t, "s3cret of A")
	b.check(t, "")
}

func TestHeadersOfAnotherLoadThanThatOfOurLoopAreRefused(t *testing.T) {
	end := fortio("load", "-grpc", "-dapr", "capability=state,target=noop", "-headers", headersFile(t, "[{}]"), "localhost:1")
	if end.exitCode == 0 || !strings.Contains(end.stderr, "-headers without -arrivals") {
		t.Errorf("exit code %d, wrote %s", end.exitCode, end.stderr)
	}
}
