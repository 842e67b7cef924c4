package places_test

import (
	"sync"
	"testing"

	"essaim/internal/platform/places"
)

func TestASetIsSwappedWhilePeopleRead(t *testing.T) {
	first, second := sample(t), sample(t)
	holder := places.NewHolder(first)
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 200 {
				p := holder.Load()
				if postal, ok := p.PostalCode("FR", "67000"); !ok || postal.Key != "67482" || len(p.Search("stras", 3)) != 1 {
					t.Errorf("%+v", postal)
				}
			}
		})
	}
	holder.Store(second)
	readers.Wait()
	if holder.Load() != second {
		t.Error("the new set is not handed out")
	}
}
