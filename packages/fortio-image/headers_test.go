package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func headersFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "headers.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestHeadersThatDoNotFitAreRefusedAndNotShown(t *testing.T) {
	for text, expected := range map[string]string{
		`{"dapr-api-token": "s3cret"}`:     "expected [{",
		`[{"dapr-api-token": "s3cret"`:     "expected [{",
		`[{"dapr-api-token": ["s3cret"]}]`: "expected [{",
		`[{"dapr-api-token": "s3cret"}]`:   "has those of 1 targets, and there are 2",
	} {
		err := withHeaders([]variant{{Name: "a"}, {Name: "b"}}, headersFile(t, text))
		if err == nil || !strings.Contains(err.Error(), expected) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
