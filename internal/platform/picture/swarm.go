package picture

import (
	"image"
	"math"
	"math/rand/v2"
)

// dots is how many people a swarm has, at most: those for whom there is no room stay away.
const dots = 260

// drawSwarm lets dots gather towards the upper right corner, behind the one that leads. They never touch.
func drawSwarm(sheet *image.RGBA, seed string, inks Inks) {
	random := rand.New(rand.NewPCG(seedOf(seed), 0))
	leader := dot{x: 1128, y: 92, r: 17}
	placed := []dot{leader}
	for range dots * 6 {
		if len(placed) > dots {
			break
		}
		if d := drawLot(random); fits(d, placed) {
			placed = append(placed, d)
		}
	}
	for _, d := range placed[1:] {
		disc(sheet, d.x, d.y, d.r, inks.Dot)
	}
	disc(sheet, leader.x, leader.y, leader.r, inks.Spark)
}

type dot struct{ x, y, r float64 }

// drawLot places a dot near a curve that rises from the foot of the sheet to the leader; the nearer to the leader, the
// larger.
func drawLot(random *rand.Rand) dot {
	along := math.Sqrt(random.Float64())
	bend := math.Sin(along*math.Pi) * 46
	spread := 30 + 75*math.Sin(along*math.Pi)
	return dot{
		x: 800 + 320*along + bend + random.NormFloat64()*spread*0.55,
		y: 520 - 400*along + bend + random.NormFloat64()*spread*0.75,
		r: 3.5 + 9*along*random.Float64() + 2.5*along,
	}
}

// fits tells whether a dot stands free, on the sheet, and not over the headline.
func fits(d dot, placed []dot) bool {
	const left = margin + titleWidth + 14
	if d.x-d.r < left || d.x+d.r > CardWidth-10 || d.y-d.r < 14 || d.y+d.r > CardHeight-10 {
		return false
	}
	for _, other := range placed {
		if math.Hypot(d.x-other.x, d.y-other.y) < d.r+other.r+5 {
			return false
		}
	}
	return true
}
