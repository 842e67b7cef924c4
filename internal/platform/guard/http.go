package guard

import (
	"fmt"
	"net/http"
)

// ChallengePath is where the scripts ask for the challenge: GET ChallengePath?for=SUBJECT. It has no language.
const ChallengePath = "/guard/challenge.json"

// maxSubject is longer than any identifier, in bytes.
const maxSubject = 64

// ServeChallenge answers with the challenge of the subject named by "for", and with the bits that are wanted from the
// block of the one who asks: {"challenge":"…","difficulty":16}. The challenge is the same for everybody; the answer is
// kept for a minute, and only by the browser, because a busy block is asked for more.
func (g *Guard) ServeChallenge(w http.ResponseWriter, r *http.Request) {
	subject := r.URL.Query().Get("for")
	if subject == "" || len(subject) > maxSubject {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "private, max-age=60")
	fmt.Fprintf(w, `{"challenge":%q,"difficulty":%d}`, g.Challenge(subject), g.difficulty+g.extra(subject, blocksOf(g.Addr(r))))
}
