//go:build slow

package main

import (
	"debug/elf"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

const (
	command         = "bin/fortio"
	originalCommand = command + "-original"
)

func TestTheCommandSaysItsVersion(t *testing.T) {
	out, err := exec.Command(command, "version").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(out), "1.16.1 ") {
		t.Errorf("fortio version says %q", out)
	}
}

func TestTheCommandsAreStatic(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("ELF files are Linux's")
	}
	for _, name := range []string{command, originalCommand} {
		file, err := elf.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		for _, program := range file.Progs {
			if program.Type == elf.PT_INTERP {
				t.Errorf("%s asks for a dynamic linker", name)
			}
		}
	}
}
