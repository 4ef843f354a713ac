package fortioimage

import (
	"debug/elf"
	"os/exec"
	"runtime"
	"strings"
	"testing"
)

const command = "bin/fortio"

func TestTheCommandSaysItsVersion(t *testing.T) {
	out, err := exec.Command(command, "version").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(out), "1.16.1 ") {
		t.Errorf("fortio version says %q", out)
	}
}

func TestTheCommandIsStatic(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("ELF files are Linux's")
	}
	file, err := elf.Open(command)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, program := range file.Progs {
		if program.Type == elf.PT_INTERP {
			t.Error("it asks for a dynamic linker")
		}
	}
}
