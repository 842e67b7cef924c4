package mobilisation

// WaitingMessages is what a moderator would read.
var WaitingMessages = (*Room).waitingMessages

// Fold is the job that joins deltas.
var Fold = (*Room).fold

// What the board of who organises reads.
var (
	Days        = (*Room).days
	Territories = (*Room).territories
)

// SweepPictures is the job that deletes photos.
var SweepPictures = (*Room).sweepPictures
