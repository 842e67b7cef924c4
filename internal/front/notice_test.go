package front_test

import (
	"testing"

	"essaim/internal/front"
)

func TestANoticeIsFilledOnlyWithAllThatTheLawAsks(t *testing.T) {
	whole := front.Notice{Publisher: "Rail du Val", Address: "1 rue des Rails", Email: "a@example.org", Director: "Maud", Hosting: "Les Toits"}
	if !whole.Filled() {
		t.Fatal("a whole one is not")
	}
	for name, take := range map[string]func(*front.Notice){
		"publisher": func(n *front.Notice) { n.Publisher = "" }, "address": func(n *front.Notice) { n.Address = "" }, "email": func(n *front.Notice) { n.Email = "" },
		"director": func(n *front.Notice) { n.Director = "" }, "hosting": func(n *front.Notice) { n.Hosting = "" },
	} {
		n := whole
		if take(&n); n.Filled() {
			t.Errorf("filled without %s", name)
		}
	}
}
