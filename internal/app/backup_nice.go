package app

import (
	"os"
	"strconv"
	"syscall"
)

// niceness is how far behind others this process waits for a processor, from 0 to 19.
const niceness = 15

// stepBack lets every other process of the machine go first. Linux keeps a priority for each thread, and a new one has that of
// the thread that made it; other systems keep one for all. A system that refuses is obeyed.
func stepBack() {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, niceness)
	}
	for _, thread := range threads {
		if number, err := strconv.Atoi(thread.Name()); err == nil {
			_ = syscall.Setpriority(syscall.PRIO_PROCESS, number, niceness)
		}
	}
}
