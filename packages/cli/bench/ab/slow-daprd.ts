// Makes a checkout of Dapr that is as slow as its environment says, to compare with itself:
//   npm run bench:ab -w dapr-perf -- slow FOLDER
// DAPR_PERF_BURN is how many iterations of a loop each service invocation costs the caller's sidecar, and
// DAPR_PERF_ALLOCATIONS how many allocations of 16 B, 0.5 for one in every second invocation.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { slowDapr } from '../../../dapr/test/slow-dapr.js'

const loop = `
func spin(iterations int, x uint64) uint64 {
	for i := 0; i < iterations; i++ {
		x = x*6364136223846793005 + 1442695040888963407
	}
	return x
}
`

const burn = `package messaging

import (
	"os"
	"strconv"
	"sync/atomic"
)

var (
	iterations, _  = strconv.Atoi(os.Getenv("DAPR_PERF_BURN"))
	allocations, _ = strconv.ParseFloat(os.Getenv("DAPR_PERF_ALLOCATIONS"), 64)
	calls          atomic.Uint64
	result         atomic.Uint64
	escaped        atomic.Pointer[[16]byte]
)

func burn() {
	call := calls.Add(1)
	if iterations > 0 {
		result.Store(spin(iterations, call))
	}
	for n := uint64(float64(call)*allocations) - uint64(float64(call-1)*allocations); n > 0; n-- {
		escaped.Store(new([16]byte))
	}
}
${loop}`

/** Prints how much CPU time of a thread an iteration takes here. */
const calibration = `package main

import (
	"fmt"
	"runtime"
	"syscall"
)

func threadTime() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(1, &usage); err != nil { // RUSAGE_THREAD
		panic(err)
	}
	return float64(usage.Utime.Nano() + usage.Stime.Nano())
}

func main() {
	runtime.LockOSThread()
	const iterations = 1_000_000_000
	start := threadTime()
	x := spin(iterations, 1)
	fmt.Println((threadTime()-start)/iterations, x)
}
${loop}`

export async function makeSlowDaprd(folder: string): Promise<void> {
  await slowDapr(folder, { commits: 1, slowFrom: 1, burn })
  const work = mkdtempSync(join(tmpdir(), 'dapr-perf-calibration-'))
  try {
    writeFileSync(join(work, 'main.go'), calibration)
    const { stdout } = await execa('go', ['run', 'main.go'], { cwd: work })
    const nanoseconds = Number(stdout.split(' ')[0])
    console.log(`an iteration takes ${nanoseconds.toFixed(3)} ns of CPU time`)
    for (const microseconds of [6, 12, 50])
      console.log(`${microseconds} µs: DAPR_PERF_BURN=${Math.round((microseconds * 1000) / nanoseconds)}`)
  } finally {
    rmSync(work, { recursive: true })
  }
}
