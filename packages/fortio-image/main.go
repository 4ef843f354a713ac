// The fortio command with two additions: `fortio load -grpc -dapr k1=v1,k2=v2 URL` makes its requests through Dapr's
// gRPC API, and `fortio load -arrivals KIND` sends them with a loop of our own, to one target or to several, which take
// turns. Every other call is passed, unchanged, to the unmodified fortio next to this program.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// original is the unmodified command's file name, in the folder of this program.
const original = "fortio-original"

func main() {
	if len(os.Args) > 1 && os.Args[1] == "load" {
		flags := newLoadFlags()
		if namesOne(os.Args[2:], flag.CommandLine, "dapr", "variants", "arrivals") {
			os.Exit(flags.load(os.Args[2:]))
		}
	}
	os.Exit(execOriginal())
}

// namesOne reports whether the arguments include one of the flags, as package flag would parse them: values of other flags
// don't count, nor does anything after the first positional argument.
func namesOne(args []string, flags *flag.FlagSet, names ...string) bool {
	for i := 0; i < len(args); i++ {
		if len(args[i]) < 2 || args[i][0] != '-' || args[i] == "--" {
			return false
		}
		name, _, hasValue := strings.Cut(strings.TrimPrefix(args[i][1:], "-"), "=")
		if slices.Contains(names, name) {
			return true
		}
		if !hasValue && takesValue(flags.Lookup(name), args[i+1:]) {
			i++
		}
	}
	return false
}

// takesValue reports whether the next argument is the flag's value. For flags that only the original knows, any argument
// that doesn't look like a flag counts as the value.
func takesValue(known *flag.Flag, rest []string) bool {
	if known == nil {
		return len(rest) > 1 && !strings.HasPrefix(rest[0], "-")
	}
	boolean, ok := known.Value.(interface{ IsBoolFlag() bool })
	return !ok || !boolean.IsBoolFlag()
}

func execOriginal() int {
	program, err := os.Executable()
	if err == nil {
		program = filepath.Join(filepath.Dir(program), original)
		err = syscall.Exec(program, os.Args, os.Environ())
	}
	fmt.Fprintf(os.Stderr, "fortio: cannot run %s, which belongs next to this program: %v\n", program, err)
	return 1
}
