package hub

import "time"

// SetWriteTime shortens how long a page may take to accept a frame.
func (h *Hub) SetWriteTime(d time.Duration) { h.writeTime = d }
