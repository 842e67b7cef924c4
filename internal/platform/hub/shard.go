package hub

import "sync"

// listener is whoever hears a topic. Only its shard's goroutine calls it, and never after close. All answers tell whether it
// goes on listening.
type listener interface {
	hear(m *message) bool
	heartbeat() bool
	here() bool
	close()
}

// shard is a part of the listeners, and the goroutine that serves them.
type shard struct {
	hub  *Hub
	wake chan struct{}

	mu     sync.Mutex
	ended  bool
	beats  bool
	looks  bool
	topics map[string]bool // to be sent
	comers []comer

	listeners map[string][]listener // by topic; the goroutine's own
}

type comer struct {
	topic    string
	listener listener
}

func newShard(h *Hub) *shard {
	return &shard{hub: h, wake: make(chan struct{}, 1), topics: map[string]bool{}, listeners: map[string][]listener{}}
}

func (s *shard) publish(topic string) { s.tell(func() { s.topics[topic] = true }) }
func (s *shard) beat()                { s.tell(func() { s.beats = true }) }
func (s *shard) look()                { s.tell(func() { s.looks = true }) }
func (s *shard) end()                 { s.tell(func() { s.ended = true }) }

func (s *shard) join(topic string, l listener) bool {
	return s.tell(func() { s.comers = append(s.comers, comer{topic, l}) })
}

// tell leaves word for the goroutine, unless it has ended.
func (s *shard) tell(leave func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return false
	}
	leave()
	select {
	case s.wake <- struct{}{}:
	default: // it is awake already
	}
	return true
}

// work serves until the end.
func (s *shard) work() {
	for range s.wake {
		s.mu.Lock()
		topics, comers, beats, looks, ended := s.topics, s.comers, s.beats, s.looks, s.ended
		s.topics, s.comers, s.beats, s.looks = map[string]bool{}, nil, false, false
		s.mu.Unlock()
		for topic := range topics {
			s.send(topic)
		}
		for _, c := range comers {
			s.welcome(c)
		}
		if looks {
			s.all(listener.here)
		}
		if beats {
			s.all(listener.heartbeat)
		}
		if ended {
			s.all(func(listener) bool { return false })
			return
		}
	}
}

func (s *shard) send(topic string) {
	if m := s.hub.valueOf(topic); m != nil {
		s.each(topic, func(l listener) bool { return l.hear(m) })
	}
}

func (s *shard) welcome(c comer) {
	if m := s.hub.valueOf(c.topic); m != nil && !c.listener.hear(m) {
		c.listener.close()
		return
	}
	s.listeners[c.topic] = append(s.listeners[c.topic], c.listener)
}

// each serves every listener of a topic, and lets go of those who end.
func (s *shard) each(topic string, serve func(listener) bool) {
	all := s.listeners[topic]
	for i := 0; i < len(all); {
		if serve(all[i]) {
			i++
			continue
		}
		all[i].close()
		last := len(all) - 1
		all[i], all[last] = all[last], nil
		all = all[:last]
	}
	if len(all) == 0 {
		delete(s.listeners, topic)
		return
	}
	s.listeners[topic] = all
}

func (s *shard) all(serve func(listener) bool) {
	for topic := range s.listeners {
		s.each(topic, serve)
	}
}
