package main

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// parameters are the values of -dapr: capability, target, method, appid and store, and extensions under any other key.
type parameters map[string]string

// parseParameters reads k1=v1,k2=v2. The value of a key that ends in * is percent-encoded: key*=a%2Cb is a,b.
func parseParameters(text string) (parameters, error) {
	given := parameters{}
	for _, pair := range strings.Split(text, ",") {
		key, value, found := strings.Cut(pair, "=")
		if !found || key == "" {
			return nil, fmt.Errorf("dapr parameter %q: expected key=value", pair)
		}
		if name, encoded := strings.CutSuffix(key, "*"); encoded {
			decoded, err := url.PathUnescape(value)
			if err != nil {
				return nil, fmt.Errorf("dapr parameter %q: %w", pair, err)
			}
			key, value = name, decoded
		}
		if _, twice := given[key]; twice {
			return nil, fmt.Errorf("dapr parameter %q: %s is given twice", pair, key)
		}
		given[key] = value
	}
	return given, nil
}

// require returns an error that names the first of the keys that has no value.
func (p parameters) require(keys ...string) error {
	for _, key := range keys {
		if p[key] == "" {
			return fmt.Errorf("dapr parameter %s is missing: a load test with %s needs %s", key, p.test(), strings.Join(keys, ", "))
		}
	}
	return nil
}

// test describes the load test for messages.
func (p parameters) test() string {
	name := fmt.Sprintf("capability=%s, target=%s", p["capability"], p["target"])
	if method := p["method"]; method != "" && p["capability"] != "invoke" {
		name += ", method=" + method
	}
	return name
}

func (p parameters) count(key string, byDefault int) (int, error) {
	text, given := p[key]
	if !given {
		return byDefault, nil
	}
	count, err := strconv.Atoi(text)
	if err != nil || count < 1 {
		return 0, fmt.Errorf("dapr parameter %q: expected a whole number of at least 1", key+"="+text)
	}
	return count, nil
}

func (p parameters) boolean(key string) (bool, error) {
	text, given := p[key]
	if !given {
		return false, nil
	}
	value, err := strconv.ParseBool(text)
	if err != nil {
		return false, fmt.Errorf("dapr parameter %q: expected true or false", key+"="+text)
	}
	return value, nil
}
