package i18n

import "strings"

// words is what a language writes by itself, without a message: a small table drawn from CLDR.
type words struct {
	days      [7]string  // Sunday first, as time.Weekday
	months    [12]string // January first
	thousands string     // between groups of three digits
	percent   string     // after the number, with its space
	and       string     // before the last of a list, with its spaces
	first     string     // day 1 of a month
	at        string     // between date and hour
	hours     bool       // 10 h 05 rather than 10:05
	yearFirst bool       // 2026-03-28, for a language without a table
}

var french = words{
	days:      [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
	months:    [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	thousands: nnbsp,
	percent:   nnbsp + "%",
	and:       " et ",
	first:     "1er",
	at:        ", ",
	hours:     true,
}

var english = words{
	days:      [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	months:    [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	thousands: ",",
	percent:   "%",
	and:       " and ",
	first:     "1",
	at:        ", ",
}

// neutral is for a language whose table nobody has written yet: ISO 8601 dates, ISO 80000 numbers.
var neutral = words{thousands: nnbsp, percent: nnbsp + "%", and: ", ", at: " ", yearFirst: true}

func wordsOf(tag string) *words {
	base, _, _ := strings.Cut(tag, "-")
	switch base {
	case "fr":
		return &french
	case "en":
		return &english
	}
	return &neutral
}

func (l *Locale) say() *words {
	if l.words == nil {
		return &neutral
	}
	return l.words
}

// Name returns what a language calls itself, such as "Français" for "fr", and the tag itself when the table lacks it.
func Name(tag string) string {
	switch tag {
	case "br":
		return "Brezhoneg"
	case "ca":
		return "Català"
	case "co":
		return "Corsu"
	case "de":
		return "Deutsch"
	case "en":
		return "English"
	case "es":
		return "Español"
	case "eu":
		return "Euskara"
	case "fr":
		return "Français"
	case "it":
		return "Italiano"
	case "nl":
		return "Nederlands"
	case "oc":
		return "Occitan"
	case "pl":
		return "Polski"
	case "pt":
		return "Português"
	}
	return tag
}
