package mobilisation

// Messages are what signatories wrote.
var Messages = (*Room).messages

// Fold is the job that joins deltas.
var Fold = (*Room).fold

// What the board of who organises reads.
var (
	Days        = (*Room).days
	Territories = (*Room).territories
)

// SweepPictures is the job that deletes photos.
var SweepPictures = (*Room).sweepPictures
