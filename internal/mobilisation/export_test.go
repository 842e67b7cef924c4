package mobilisation

// Fold is the job that joins deltas.
var Fold = (*Room).fold

// SweepPictures is the job that deletes photos.
var SweepPictures = (*Room).sweepPictures

// FoldStands is the job that forgets which signatures came from which stand.
var FoldStands = (*Room).foldStands
