package hub_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"essaim/internal/platform/hub"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newHub(t testing.TB, o hub.Options) *hub.Hub {
	t.Helper()
	if o.Pace == 0 {
		o.Pace = time.Millisecond
	}
	h := hub.New(o)
	t.Cleanup(h.Close)
	return h
}

func want(t *testing.T, s *hub.Subscription, value string) {
	t.Helper()
	for {
		select {
		case got, ok := <-s.C():
			if !ok {
				t.Fatalf("closed before %q", value)
			}
			if string(got) == value {
				return
			}
		case <-time.After(5 * time.Second):
			t.Fatalf("%q did not come", value)
		}
	}
}

func TestWhoComesHearsTheLatestAtOnceAndThenWhatIsNew(t *testing.T) {
	h := newHub(t, hub.Options{})
	h.Publish("count/1", []byte("1"))
	h.Publish("count/1", []byte("2"))
	h.Publish("count/2", []byte("elsewhere"))
	s := h.Subscribe("count/1")
	defer s.Close()
	want(t, s, "2")
	h.Publish("count/1", []byte("3"))
	want(t, s, "3")
}

func TestAValueIsACopy(t *testing.T) {
	h := newHub(t, hub.Options{})
	data := []byte("true")
	h.Publish("t", data)
	copy(data, "lies")
	s := h.Subscribe("t")
	defer s.Close()
	want(t, s, "true")
}

func TestASlowReaderSkipsToTheLatestAndBlocksNobody(t *testing.T) {
	h := newHub(t, hub.Options{})
	slow, quick := h.Subscribe("t"), h.Subscribe("t")
	defer slow.Close()
	defer quick.Close()
	for i := range 200 {
		h.Publish("t", fmt.Append(nil, i))
		if i%20 == 0 {
			want(t, quick, fmt.Sprint(i))
		}
	}
	want(t, quick, "199")
	want(t, slow, "199")
}

func TestATopicIsSentAtMostOnceAPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hub.New(hub.Options{Pace: time.Second, MaxPages: 1})
		defer h.Close()
		s := h.Subscribe("t")
		var heard []string
		var reader sync.WaitGroup
		reader.Go(func() {
			for value := range s.C() {
				heard = append(heard, string(value))
			}
		})
		synctest.Wait()
		for i := range 3000 { // three seconds of a thousand a second
			h.Publish("t", fmt.Append(nil, i))
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Minute)
		h.Publish("t", []byte("later")) // at once after a silence
		synctest.Wait()
		h.Close()
		reader.Wait()
		if len(heard) < 4 || len(heard) > 6 || heard[0] != "0" || heard[len(heard)-2] != "2999" || heard[len(heard)-1] != "later" {
			t.Errorf("heard %q", heard)
		}
	})
}

func TestCloseEndsSubscriptionsAndWhatComesAfterIsIgnored(t *testing.T) {
	h := hub.New(hub.Options{})
	s := h.Subscribe("t")
	h.Close()
	if _, ok := <-s.C(); ok {
		t.Error("the channel is open")
	}
	h.Publish("t", []byte("late"))
	if _, ok := <-h.Subscribe("t").C(); ok {
		t.Error("a closed hub speaks")
	}
	h.Close() // once more does no harm
}

func TestManyMaySpeakAndListenAtOnce(t *testing.T) {
	h := newHub(t, hub.Options{})
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			topic := fmt.Sprint(n % 3)
			for i := range 50 {
				s := h.Subscribe(topic)
				h.Publish(topic, fmt.Append(nil, n, " ", i))
				<-s.C()
				s.Close()
			}
		})
	}
	all.Wait()
}
