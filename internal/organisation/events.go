package organisation

// Changed is an organisation that is new, or whose public page says something else now.
type Changed struct {
	Organisation string `json:"organisation"`
}

// EventName names it.
func (Changed) EventName() string { return "organisation.changed" }
