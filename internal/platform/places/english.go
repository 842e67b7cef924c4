package places

// In returns the department's name in a language: most have but one.
func (d Department) In(lang string) string {
	if lang != "en" {
		return d.Name
	}
	switch d.Code {
	case "973":
		return "French Guiana"
	case "974":
		return "Réunion"
	case "975":
		return "Saint Pierre and Miquelon"
	case "978":
		return "Saint Martin"
	case "986":
		return "Wallis and Futuna"
	case "987":
		return "French Polynesia"
	case "988":
		return "New Caledonia"
	}
	return d.Name
}

// In returns the region's name in a language.
func (r Region) In(lang string) string {
	if lang != "en" {
		return r.Name
	}
	switch r.Code {
	case "03":
		return "French Guiana"
	case "04":
		return "Réunion"
	case "28":
		return "Normandy"
	case "53":
		return "Brittany"
	case "94":
		return "Corsica"
	}
	return r.Name
}
