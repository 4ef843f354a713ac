package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"fortio.org/fortio/bincommon"
	"fortio.org/fortio/fgrpc"
	"fortio.org/fortio/fhttp"
	"fortio.org/fortio/fnet"
	"fortio.org/fortio/log"
	"fortio.org/fortio/periodic"
	"fortio.org/fortio/stats"
	"fortio.org/fortio/version"
)

// loadFlags are the load flags of fortio's main package, which can't be imported, with the same names and defaults;
// bincommon registers the others.
type loadFlags struct {
	qps                *float64
	connections        *int
	streams            *int
	duration           *time.Duration
	exactly            *int64
	percentiles        *string
	resolution         *float64
	jitter             *bool
	allowInitialErrors *bool
	maxPayloadKB       *int
	labels             *string
	json               *string
	grpc               *bool
	dapr               *string
	variants           *string
	headers            *string
	arrivals           *string
	seed               *uint64
}

func newLoadFlags() *loadFlags {
	defaults := &periodic.DefaultRunnerOptions
	return &loadFlags{
		qps:                flag.Float64("qps", defaults.QPS, "Queries Per Seconds or 0 for no wait/max qps"),
		connections:        flag.Int("c", defaults.NumThreads, "Number of connections"),
		streams:            flag.Int("s", 1, "Number of streams per grpc connection"),
		duration:           flag.Duration("t", defaults.Duration, "How long to run the test or 0 to run until ^C"),
		exactly:            flag.Int64("n", 0, "Run for exactly this number of calls instead of duration"),
		percentiles:        flag.String("p", "50,75,90,99,99.9", "List of pXX to calculate"),
		resolution:         flag.Float64("r", defaults.Resolution, "Resolution of the histogram lowest buckets in seconds"),
		jitter:             flag.Bool("jitter", false, "set to true to de-synchronize parallel clients' requests"),
		allowInitialErrors: flag.Bool("allow-initial-errors", false, "Allow and don't abort on initial warmup errors"),
		maxPayloadKB:       flag.Int("maxpayloadsizekb", fnet.MaxPayloadSize/fnet.KILOBYTE, "Largest payload in `Kbytes`"),
		labels:             flag.String("labels", "", "Labels of the resulting JSON, defaults to target URL and hostname"),
		json:               flag.String("json", "", "Json output to provided file `path` or '-' for stdout"),
		grpc:               flag.Bool("grpc", false, "Use GRPC; required by -dapr"),
		dapr: flag.String("dapr", "", "What to call through Dapr, as `k1=v1,k2*=percent-encoded`: capability (invoke, state, pubsub), "+
			"target (dapr, appcallback, redis, noop), method, appid, store, and what else that needs"),
		variants: flag.String("variants", "", "With -arrivals, targets of one load, which take turns from slice to slice (A B B A): `JSON`, "+
			"[{\"name\": …, \"url\": …, \"dapr\": …}, …]"),
		headers: flag.String("headers", "", "With -arrivals, `file` with the headers of the requests to each target, over gRPC their metadata, "+
			"which are in no result: JSON, [{\"NAME\": \"VALUE\", …}, …]"),
		arrivals: flag.String("arrivals", "", "Has this program's own loop send the requests, instead of fortio's, and says when they are due: "+
			"evenly spaced (uniform), at random moments (poisson), or as many at one instant as there are connections (bursts)"),
		seed: flag.Uint64("seed", 0, "With -arrivals poisson, what draws the moments"),
	}
}

// load makes the load that the arguments describe, and returns the exit code.
func (f *loadFlags) load(args []string) int {
	flag.CommandLine.Usage = func() {
		_, _ = fmt.Fprintf(os.Stderr, "usage: fortio load -grpc -dapr k1=v1,k2=v2 [flags] URL\n       fortio load -arrivals KIND [flags] URL\n       fortio load -arrivals KIND -variants JSON [flags]\n")
		bincommon.FlagsUsage(os.Stderr)
	}
	bincommon.SharedMain(nil)
	_ = flag.CommandLine.Parse(args) // it exits on errors
	if *bincommon.QuietFlag {
		log.SetLogLevelQuiet(log.Error)
	}
	if err := f.run(); err != nil {
		_, _ = fmt.Fprintf(os.Stderr, "Aborting because of %v\n", err)
		return 1
	}
	return 0
}

func (f *loadFlags) run() error {
	if *f.arrivals != "" || *f.variants != "" {
		return f.runLoop()
	}
	if *f.headers != "" {
		return errors.New("-headers without -arrivals: only this program's own loop sends them")
	}
	if flag.NArg() != 1 {
		return fmt.Errorf("%d destinations: fortio load needs one, for example localhost:50001", flag.NArg())
	}
	if !*f.grpc {
		return errors.New("-dapr without -grpc: Dapr is called over gRPC, so give both")
	}
	options, common, err := f.options()
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(os.Stderr, "Fortio %s with Dapr running at %g queries per second: %s\n", version.Short(), *f.qps, common.URL)
	result, err := run(options, *f.dapr)
	if err != nil {
		return err
	}
	histogram := result.DurationHistogram
	_, _ = fmt.Fprintf(os.Stderr, "All done %d calls %.3f ms avg, %.1f qps\n", histogram.Count, 1000*histogram.Avg, result.ActualQPS)
	return f.write(result)
}

// runLoop makes one load with our own loop.
func (f *loadFlags) runLoop() error {
	switch {
	case *f.exactly > 0 || *f.jitter || *f.streams > 1:
		return errors.New("-arrivals can't be combined with -n, -jitter or -s")
	case *f.duration <= 0:
		return fmt.Errorf("-t %v: a load with -arrivals needs a duration", *f.duration)
	}
	if err := checkArrivals(*f.arrivals); err != nil {
		return err
	}
	variants, err := f.targets()
	if err != nil {
		return err
	}
	if *f.headers != "" {
		if err := withHeaders(variants, *f.headers); err != nil {
			return err
		}
	}
	options, common, err := f.options()
	if err != nil {
		return err
	}
	fhttp.CheckConnectionClosedHeader = true
	connections := max(options.NumThreads, 1)
	options.NumThreads = connections
	plan, duration := schedule{}, *f.duration
	if options.QPS > 0 {
		plan = newSchedule(*f.arrivals, *f.seed, len(variants), connections, options.QPS, duration)
		duration = plan.duration()
	} else if cycle := 2 * time.Duration(len(variants)) * sliceWithoutRate; len(variants) > 1 {
		duration = max(cyclesAtLeast*cycle, (duration+cycle-1)/cycle*cycle)
	}
	_, _ = fmt.Fprintf(os.Stderr, "Fortio %s running at %g queries per second, arrivals %s\n", version.Short(), *f.qps, *f.arrivals)
	loop, err := newLoop(options, common, variants, *f.grpc, plan, duration)
	if err != nil {
		return err
	}
	loop.run()
	if *f.variants == "" {
		result := loop.results(options)[0]
		logResult(result)
		return f.write(result)
	}
	mixed := loop.mixedResults(options)
	for _, one := range mixed.Results {
		logResult(one)
	}
	return f.write(mixed)
}

func logResult(result *loopResult) {
	histogram := result.DurationHistogram
	_, _ = fmt.Fprintf(os.Stderr, "%s: %d calls %.3f ms avg, %.1f qps\n", result.Labels, histogram.Count, 1000*histogram.Avg, result.ActualQPS)
}

// targets are what the requests go to: -variants, or the only argument.
func (f *loadFlags) targets() ([]variant, error) {
	switch {
	case *f.variants != "" && flag.NArg() > 0:
		return nil, fmt.Errorf("%s: with -variants their URLs are the only destinations", flag.Arg(0))
	case *f.variants != "" && *f.dapr != "":
		return nil, errors.New("-variants can't be combined with -dapr, which each of them has itself")
	case *f.variants != "":
		return parseVariants(*f.variants)
	case flag.NArg() != 1:
		return nil, fmt.Errorf("%d destinations: fortio load needs one, for example localhost:8080", flag.NArg())
	case *f.grpc != (*f.dapr != ""):
		return nil, errors.New("-arrivals needs both of -grpc and -dapr, or neither: over gRPC only Dapr is called")
	default:
		return []variant{{URL: flag.Arg(0), Dapr: *f.dapr}}, nil
	}
}

// options are those of fortio's own loads.
func (f *loadFlags) options() (*fgrpc.GRPCRunnerOptions, *fhttp.HTTPOptions, error) {
	percentiles, err := stats.ParsePercentiles(*f.percentiles)
	if err != nil {
		return nil, nil, fmt.Errorf("-p %s: expected percentiles such as 50,90,99: %w", *f.percentiles, err)
	}
	fnet.ChangeMaxPayloadSize(*f.maxPayloadKB * fnet.KILOBYTE)
	common := bincommon.SharedHTTPOptions()
	options := fgrpc.GRPCRunnerOptions{
		RunnerOptions: periodic.RunnerOptions{
			QPS:         *f.qps,
			Duration:    *f.duration,
			NumThreads:  *f.connections,
			Percentiles: percentiles,
			Resolution:  *f.resolution,
			Out:         os.Stderr,
			Labels:      *f.labels,
			Exactly:     *f.exactly,
			Jitter:      *f.jitter,
		},
		Destination:        common.URL,
		CACert:             common.CACert,
		Insecure:           common.Insecure,
		Streams:            *f.streams,
		AllowInitialErrors: *f.allowInitialErrors,
		Payload:            common.PayloadString(),
		UnixDomainSocket:   common.UnixDomainSocket,
	}
	// 0 on the command line is -1 in fortio's libraries, where 0 means "not given".
	if options.QPS <= 0 {
		options.QPS = -1
	}
	if options.Duration <= 0 {
		options.Duration = -1
	}
	if options.Labels == "" {
		options.Labels = defaultLabels(common.URL)
	}
	return &options, common, nil
}

// write writes the result to where -json says.
func (f *loadFlags) write(result any) error {
	if *f.json == "" {
		return nil
	}
	return writeJSON(*f.json, result)
}

func defaultLabels(url string) string {
	host, _ := os.Hostname()
	host, _, _ = strings.Cut(host, ".")
	return strings.TrimPrefix(strings.TrimPrefix(url, "https://"), "http://") + " , " + host
}

func writeJSON(path string, result any) error {
	text, err := json.MarshalIndent(result, "", "  ")
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if path == "-" {
		_, err = io.Writer(os.Stdout).Write(text)
		return err
	}
	return os.WriteFile(path, text, 0o666)
}
