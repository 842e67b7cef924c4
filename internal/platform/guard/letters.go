package guard

import "time"

// DefaultLetters is how many letters to strangers a site sends in an hour before they leave later.
const DefaultLetters = 20_000

// What a letter takes from its block's budget: one part with the usual work, half for each bit more that was brought, down to an
// eighth, five without work. So a home has 100 letters an hour, 20 without JavaScript; a lecture hall, which the guard asks for more work,
// has 800; and whoever wants to write to thousands of strangers from one address pays for each.
var (
	letterNear = Rate{Burst: 100, Per: time.Hour}
	letterFar  = Rate{Burst: 1000, Per: time.Hour}
	letterOnce = Rate{Burst: 1, Per: time.Hour} // a recipient, from one near block
)

const (
	letterPlain = 5
	letterBits  = 3
	letterMost  = 6 * time.Hour // after which a letter would surprise
)

// Letters takes a letter to r's address from the budgets of r's blocks and of the whole site, and returns how long it has to wait
// before it leaves: nothing while they last. It is asked before each letter to an address that nobody has proved to be theirs, after
// Check. The same letter from the same block is taken once an hour. ok is false where the letters of six hours wait already: then nothing
// should be written or sent, and the answer be that of Wait, so that the person sees it.
func (g *Guard) Letters(r Request) (wait time.Duration, ok bool) {
	if g.off {
		return 0, true
	}
	b := blocksOf(r.Addr)
	cost, one := g.letterCost(r), 1.0
	recipient := []string{"letter", b.near, Normal(r.Email)}
	if g.once.level(letterOnce, recipient...) > 0 {
		cost, one = 0, 0
	}
	budgets := []budget{{letterNear, cost, "near", b.near}, {letterFar, cost, "far", b.far}, {g.letters, one, "all", ""}}
	if !b.known {
		budgets = budgets[2:]
	}
	for _, of := range budgets {
		level, poured := g.limiter.pour(of.rate, of.cost, of.rate.brim(letterMost), "letters", of.name, of.block)
		if !poured {
			return 0, false
		}
		wait = max(wait, of.rate.late(level))
	}
	g.once.Allow(letterOnce, recipient...)
	return wait, true
}

// budget is what one letter takes from one vessel.
type budget struct {
	rate        Rate
	cost        float64
	name, block string
}

func (g *Guard) letterCost(r Request) float64 {
	more := g.workDone(r, g.clock.Now()) - g.difficulty
	if more < 0 {
		return letterPlain
	}
	return 1 / float64(int(1)<<min(more, letterBits))
}

// brim is the level at which what is poured last comes out after so long.
func (r Rate) brim(after time.Duration) float64 {
	return r.Burst * (1 + after.Seconds()/r.Per.Seconds())
}

// late is when what was poured last comes out of a vessel of this level.
func (r Rate) late(level float64) time.Duration {
	return time.Duration(max(0, level-r.Burst) / r.Burst * float64(r.Per))
}
