package paper

import "syscall"

// What the child may take: memory in bytes, and seconds of work.
const (
	mostMemory = 768 << 20
	mostWork   = 15
)

// confine bounds this process. It cannot be taken back.
func confine() error {
	for what, most := range map[int]uint64{syscall.RLIMIT_DATA: mostMemory, syscall.RLIMIT_CPU: mostWork, syscall.RLIMIT_FSIZE: 0, syscall.RLIMIT_CORE: 0} {
		if err := syscall.Setrlimit(what, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
			return err
		}
	}
	return nil
}
