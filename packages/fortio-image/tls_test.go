//go:build slow

package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// selfSigned makes a certificate for 127.0.0.1, and the file to trust it by.
func selfSigned(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		NotAfter:              time.Now().Add(time.Hour),
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

func TestDaprIsCalledOverTLS(t *testing.T) {
	certificate, caFile := selfSigned(t)
	server := &daprServer{}
	address := startDaprServer(t, server, grpc.Creds(credentials.NewServerTLSFromCert(&certificate)))
	const dapr = "capability=invoke,target=appcallback,method=load"

	load(t, dapr, quick, "-n=20", "-cacert", caFile, address)
	load(t, dapr, quick, "-n=20", "-k", "https://"+address)
	if len(server.called) != 40 {
		t.Errorf("%d calls arrived", len(server.called))
	}
	if end := fortio("load", "-grpc", "-dapr", dapr, "-t=1s", "https://"+address); end.exitCode == 0 || !strings.Contains(end.stderr, "certificate") {
		t.Errorf("a certificate that nobody trusts: exit code %d: %s", end.exitCode, end.stderr)
	}
}
