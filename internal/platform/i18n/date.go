package i18n

import (
	"strconv"
	"time"
	_ "time/tzdata" // a small machine may have no table of zones
)

// Date writes the day in full: "samedi 28 mars 2026", "Saturday 28 March 2026".
func (l *Locale) Date(t time.Time) string {
	t = t.In(l.Zone())
	if l.say().yearFirst {
		return t.Format(time.DateOnly)
	}
	return l.weekday(t) + l.day(t) + " " + strconv.Itoa(t.Year())
}

// ShortDate writes day and month: "28 mars", "28 March". A language without a table writes the whole date.
func (l *Locale) ShortDate(t time.Time) string {
	t = t.In(l.Zone())
	if l.say().yearFirst {
		return t.Format(time.DateOnly)
	}
	return l.day(t)
}

// Month writes month and year: "mars 2026", "March 2026".
func (l *Locale) Month(t time.Time) string {
	t = t.In(l.Zone())
	if l.say().yearFirst {
		return t.Format("2006-01")
	}
	return l.say().months[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// Time writes the hour: "10 h", "10 h 05" in French (U+00A0), "10:05" in English.
func (l *Locale) Time(t time.Time) string {
	t = t.In(l.Zone())
	if !l.say().hours {
		return t.Format("15:04")
	}
	hour := strconv.Itoa(t.Hour()) + nbsp + "h"
	if t.Minute() == 0 {
		return hour
	}
	return hour + nbsp + t.Format("04")
}

// DateTime writes a day near the present, without its year, and the hour: "samedi 28 mars, 10 h", "Saturday 28 March,
// 10:05". Where the year is in doubt, join Date and Time in a message.
func (l *Locale) DateTime(t time.Time) string {
	t = t.In(l.Zone())
	if l.say().yearFirst {
		return t.Format(time.DateOnly) + l.say().at + l.Time(t)
	}
	return l.weekday(t) + l.day(t) + l.say().at + l.Time(t)
}

func (l *Locale) weekday(t time.Time) string {
	return l.say().days[t.Weekday()] + " "
}

func (l *Locale) day(t time.Time) string {
	number := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		number = l.say().first
	}
	return number + " " + l.say().months[t.Month()-1]
}
