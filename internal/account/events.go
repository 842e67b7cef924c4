package account

// Erased is an account that is gone: whoever keeps something under its id lets go of it.
type Erased struct {
	Person string `json:"person"`
}

// EventName names it.
func (Erased) EventName() string { return "account.erased" }
