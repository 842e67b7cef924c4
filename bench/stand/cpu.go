package stand

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clockTick is the kernel's unit of a process's time: proc(5), USER_HZ, which is 100 on every Linux that Go runs on.
const clockTick = 10 * time.Millisecond

// CPU returns the processor time that a process and its living children have had. Unlike rates, it hardly moves when the
// machine has other things to do.
func CPU(pid int) (time.Duration, error) {
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	own, sum := strconv.Itoa(pid), time.Duration(0)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) || err != nil && strings.Contains(err.Error(), "no such process") {
			continue // it has just ended
		}
		if err != nil {
			return 0, err
		}
		number, rest, ok := strings.Cut(string(text), " (")
		if !ok {
			return 0, fmt.Errorf("%s: %q", file, text)
		}
		// After the name in brackets: state, parent, …; user and system time are fields 14 and 15 of all.
		fields := strings.Fields(rest[strings.LastIndex(rest, ")")+1:])
		if number != own && fields[1] != own {
			continue
		}
		for _, field := range fields[11:13] {
			ticks, err := strconv.ParseInt(field, 10, 64)
			if err != nil {
				return 0, err
			}
			sum += time.Duration(ticks) * clockTick
		}
	}
	return sum, nil
}
