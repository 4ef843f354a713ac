//go:build !slow

package main

import (
	"flag"
	"strings"
	"testing"
)

func TestParametersAreKeysAndValues(t *testing.T) {
	given, err := parseParameters("capability=state,key=a=b,method=,topic*=a%2Cb%3D%25%0A%C3%BC+,store=50%")
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range map[string]string{
		"capability": "state", "key": "a=b", "method": "", "topic": "a,b=%\nü+", "store": "50%",
	} {
		if got, found := given[key]; !found || got != value {
			t.Errorf("%s is %q", key, got)
		}
	}
}

func TestAMalformedPairIsAnErrorThatNamesIt(t *testing.T) {
	for _, text := range []string{"method", "=x", "", "capability=state,", "store=a,store=b", "key=a,key*=b", "key*=50%"} {
		pairs := strings.Split(text, ",")
		if _, err := parseParameters(text); err == nil || !strings.Contains(err.Error(), `"`+pairs[len(pairs)-1]+`"`) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestWhatCannotBeLoadedIsAnErrorBeforeAnyLoad(t *testing.T) {
	const pubsub = "capability=pubsub,target=dapr,store=s,topic=t,"
	for text, message := range map[string]string{
		"target=noop":                    "capability is missing",
		"capability=lock,target=dapr":    "unsupported dapr load test: capability=lock, target=dapr",
		"capability=state":               "unsupported dapr load test: capability=state, target=",
		"capability=pubsub,target=redis": "unsupported dapr load test: capability=pubsub, target=redis",
		"capability=state,target=dapr,method=set,store=s,key=k": "unsupported dapr load test: capability=state, target=dapr, method=set",
		"capability=invoke,target=dapr,method=load":             "appid is missing",
		"capability=invoke,target=dapr,appid=app":               "method is missing",
		"capability=invoke,target=appcallback":                  "method is missing",
		"capability=state,target=dapr,method=get,key=k":         "store is missing",
		"capability=state,target=dapr,method=get,store=s":       "key is missing",
		"capability=state,target=redis,method=get,key=k":        "appid is missing",
		"capability=pubsub,target=dapr,method=publish,store=s":  "topic is missing",
		pubsub + "method=publish,numevents=many":                `"numevents=many": expected a whole number`,
		pubsub + "method=bulkpublish,numevents=0":               `"numevents=0": expected a whole number`,
		pubsub + "method=bulkpublish,rawpayload=maybe":          `"rawpayload=maybe": expected true or false`,
	} {
		given, err := parseParameters(text)
		if err == nil {
			_, err = newTarget(given, nil)
		}
		if err == nil || !strings.Contains(err.Error(), message) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestOnlyAFlagNamedDaprCounts(t *testing.T) {
	flags := flag.NewFlagSet("", flag.ContinueOnError)
	flags.Bool("grpc", false, "")
	flags.String("payload", "", "")
	for args, expected := range map[string]bool{
		"-grpc -dapr k=v url":          true,
		"--dapr=k=v url":               true,
		"-payload x -dapr k=v url":     true,
		"-unknown -dapr k=v url":       true,
		"-unknown value -dapr k=v url": true,
		"-payload -dapr url":           false,
		"-payload=x url":               false,
		"-grpc url -dapr":              false,
		"-- -dapr":                     false,
		"-daprs url":                   false,
		"":                             false,
	} {
		if got := namesOne(strings.Fields(args), flags, "dapr", "variants"); got != expected {
			t.Errorf("%q: %t", args, got)
		}
	}
}
