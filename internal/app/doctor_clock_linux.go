package app

import "syscall"

// clockUnkept is what the kernel answers when nobody keeps its clock (adjtimex(2), TIME_ERROR).
const clockUnkept = 5

// clockIsKept asks the kernel; known is false where it may not be asked.
func clockIsKept() (kept, known bool) {
	state, err := syscall.Adjtimex(&syscall.Timex{})
	return err == nil && state != clockUnkept, err == nil
}
