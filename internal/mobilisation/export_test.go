package mobilisation

// Fold is the job that joins deltas.
var Fold = (*Room).fold

// SweepPictures is the job that deletes photos.
var SweepPictures = (*Room).sweepPictures
