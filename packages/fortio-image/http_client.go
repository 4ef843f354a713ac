package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"

	"fortio.org/fortio/fhttp"
	"fortio.org/fortio/log"
)

// netClient repeats an HTTP request over one connection with Go's client, with the settings of fortio's std client, which
// tells nothing of its connections.
type netClient struct {
	httpResponses
	client  *http.Client
	request *http.Request
	body    []byte
	// dialled are connections that were opened, attempts what was sent of requests.
	dialled, attempts, requests int64
}

func newNetClient(o *fhttp.HTTPOptions) (*netClient, error) {
	c := &netClient{httpResponses: newHTTPResponses(), body: o.Payload}
	tlsConfig, err := tlsConfigOf(o)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: o.HTTPReqTimeOut}
	c.client = &http.Client{
		Timeout: o.HTTPReqTimeOut,
		Transport: &http.Transport{
			MaxIdleConns:        1,
			MaxIdleConnsPerHost: 1,
			DisableCompression:  !o.Compression,
			DisableKeepAlives:   o.DisableKeepAlive,
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         dialer.DialContext,
			TLSHandshakeTimeout: o.HTTPReqTimeOut,
			TLSClientConfig:     tlsConfig,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	trace := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
		GotConn: func(info httptrace.GotConnInfo) {
			c.attempts++
			if !info.Reused {
				c.dialled++
			}
		},
	})
	if c.request, err = http.NewRequestWithContext(trace, o.Method(), o.URL, bytes.NewReader(o.Payload)); err != nil {
		return nil, err
	}
	headers := o.AllHeaders()
	if host := headers.Get("Host"); host != "" {
		c.request.Host = host
	}
	headers.Del("Host")
	c.request.Header = headers
	return c, nil
}

func tlsConfigOf(o *fhttp.HTTPOptions) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: o.Insecure} //nolint:gosec // it is asked for
	if o.Cert != "" && o.Key != "" {
		certificate, err := tls.LoadX509KeyPair(o.Cert, o.Key)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{certificate}
	}
	if o.CACert != "" {
		text, err := os.ReadFile(o.CACert)
		if err != nil {
			return nil, err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s has no certificate", o.CACert)
		}
	}
	return config, nil
}

func (c *netClient) send() {
	code, response := c.fetch()
	c.count(code, len(response), 0)
}

// fetch makes one request. What is no whole response has fortio's code of a broken connection, and the reason in its place.
func (c *netClient) fetch() (int, []byte) {
	c.requests++
	if len(c.body) > 0 {
		c.request.Body = io.NopCloser(bytes.NewReader(c.body))
	}
	response, err := c.client.Do(c.request)
	if err != nil {
		log.Errf("Unable to send %s request for %s : %v", c.request.Method, c.request.URL, err)
		return fhttp.SocketError, []byte(err.Error())
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		log.Errf("Unable to read response for %s : %v", c.request.URL, err)
		return fhttp.SocketError, body
	}
	return response.StatusCode, body
}

func (c *netClient) close() extraConnections {
	c.client.CloseIdleConnections()
	return extraConnections{opened: max(0, c.dialled-1), sentAgain: max(0, c.attempts-c.requests)}
}

// connectHTTP opens a connection to an HTTP server, and tests it with one request.
func connectHTTP(options fhttp.HTTPOptions, v variant, allowErrors bool) (client, error) {
	options.Init(v.URL)
	if err := addHeaders(&options, v.headers); err != nil {
		return nil, err
	}
	client, code, response, err := firstRequest(&options)
	if err != nil {
		return nil, err
	}
	if (code < 200 || code > 299) && !allowErrors {
		client.close()
		return nil, fmt.Errorf("the first request to %s: error %d: %q", v, code, response)
	}
	return client, nil
}

// addHeaders adds headers to these options alone: copies of options share the others.
func addHeaders(o *fhttp.HTTPOptions, headers map[string]string) error {
	if len(headers) == 0 {
		return nil
	}
	shared := o.AllHeaders().Clone()
	o.ResetHeaders()
	for name, values := range shared {
		for _, value := range values {
			if err := o.AddAndValidateExtraHeader(name + ": " + value); err != nil {
				return err
			}
		}
	}
	for name, value := range headers {
		if err := o.AddAndValidateExtraHeader(name + ": " + value); err != nil {
			return err
		}
	}
	return nil
}

func firstRequest(options *fhttp.HTTPOptions) (client, int, []byte, error) {
	if options.DisableFastClient {
		c, err := newNetClient(options)
		if err != nil {
			return nil, 0, nil, err
		}
		code, response := c.fetch()
		return c, code, response, nil
	}
	fetcher, err := fhttp.NewFastClient(options)
	if err != nil {
		return nil, 0, nil, err
	}
	code, response, _ := fetcher.Fetch()
	return &fastClient{newHTTPResponses(), fetcher}, code, response, nil
}
