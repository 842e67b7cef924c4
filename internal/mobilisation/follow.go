package mobilisation

import (
	"cmp"
	"context"
	"slices"
	"time"

	"essaim/internal/platform/storage"
)

// Daily is how many signatures were confirmed on a day.
type Daily struct {
	Day time.Time // midnight of the day in UTC, whatever the site's time zone
	N   int64
}

// Days lists the days of a petition from one on, the earliest first, without gaps.
func (r *Room) Days(ctx context.Context, petitionID string, from, to int64) ([]Daily, error) {
	rows, err := r.db.Query(ctx, `
		SELECT day, n
		FROM mobilisation_day
		WHERE petition_id = $1 AND day >= $2 AND day <= $3
		ORDER BY day`, petitionID, from, to)
	found := map[int64]int64{}
	_, err = storage.All(rows, err, func(r *storage.Rows) (day int64, err error) {
		var n int64
		err = r.Scan(&day, &n)
		found[day] = n
		return day, err
	})
	if err != nil {
		return nil, err
	}
	all := make([]Daily, 0, to-from+1)
	for day := from; day <= to; day++ {
		all = append(all, Daily{Day: time.Unix(day*86400, 0).UTC(), N: found[day]})
	}
	return all, nil
}

// Today is the day in the site's time zone, in days since 1970.
func (r *Room) Today() int64 { return r.DayOf(HourOf(r.Clock.Now())) }

// Territory is a department, or a country abroad, with its signatures.
type Territory struct {
	Code string // "67", or "BE" abroad
	Name string
	N    int64
	Home bool // in France
	// People is its population, 0 when it is not known.
	People int64
}

// Territories sums the signatures of a petition by department, and by country abroad, the most first.
func (r *Room) Territories(ctx context.Context, petitionID, lang string) ([]Territory, error) {
	rows, err := r.db.Query(ctx, `
		SELECT country, commune, n
		FROM mobilisation_place
		WHERE petition_id = $1`, petitionID)
	atlas := r.Places.Load()
	sums := map[Territory]int64{}
	_, err = storage.All(rows, err, func(rows *storage.Rows) (d delta, err error) {
		if err := rows.Scan(&d.country, &d.commune, &d.n); err != nil {
			return d, err
		}
		where := Territory{Code: d.country}
		if place, ok := atlas.Place(d.commune, lang); ok && place.Department != "" {
			where = Territory{Code: place.Department, Home: true}
		}
		sums[where] += d.n
		return d, nil
	})
	if err != nil {
		return nil, err
	}
	all := make([]Territory, 0, len(sums))
	for where, n := range sums {
		where.N = n
		if d, ok := atlas.Department(where.Code); where.Home && ok {
			where.Name, where.People = d.In(lang), int64(d.Population)
		} else if c, ok := atlas.Country(where.Code); ok {
			where.Name = c.In(lang)
		} else {
			where.Name = where.Code
		}
		if n != 0 {
			all = append(all, where)
		}
	}
	slices.SortFunc(all, func(a, b Territory) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name)) })
	return all, nil
}
