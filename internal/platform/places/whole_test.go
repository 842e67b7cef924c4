package places_test

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"essaim/internal/platform/places"
)

func TestEveryConstituencyIsReached(t *testing.T) {
	p := whole(t)
	reached := map[string]bool{}
	for _, row := range rows(t, "fr_codes_postaux.csv") {
		postal, ok := p.PostalCode("FR", row["code_postal"])
		if !ok || len(postal.Communes) == 0 || len(postal.Constituencies) == 0 || !postal.Point.Known() || postal.Code != row["code_postal"] {
			t.Fatalf("%s: %+v", row["code_postal"], postal)
		}
		if !slices.IsSortedFunc(postal.Communes, func(a, b places.Commune) int { return b.Population - a.Population }) {
			t.Errorf("%s: not largest first", postal.Code)
		}
		if _, ok := p.Region(postal.Region); !ok && postal.Department < "975" {
			t.Errorf("%s: no region", postal.Code)
		}
		if place, ok := p.Place(postal.Key, "fr"); !ok || place.Name != postal.Name {
			t.Errorf("%s: place %+v", postal.Code, place)
		}
		for _, id := range postal.Constituencies {
			reached[id] = true
		}
	}
	for _, country := range p.Countries("fr") {
		if country.Constituency != "" {
			reached[country.Constituency] = true
		}
	}
	for _, c := range p.Constituencies() {
		if !reached[c.ID] {
			t.Errorf("%s is out of reach", c.ID)
		}
	}
	if len(reached) != 577 {
		t.Errorf("%d constituencies", len(reached))
	}
}

func TestEveryCommuneIsAsTheFileSays(t *testing.T) {
	p := whole(t)
	all := rows(t, "fr_communes.csv.gz")
	for _, row := range all {
		commune, ok := p.Commune(row["code_insee"])
		if !ok || commune.Name != row["nom"] || commune.Department != row["code_departement"] || commune.Arrondissement != (row["type"] == "ARM") {
			t.Fatalf("%v: %+v", row, commune)
		}
		if commune.Arrondissement != (commune.Parent != "") {
			t.Errorf("%+v", commune)
		}
	}
	count := 0
	for range p.Communes() {
		count++
	}
	if count != len(all) {
		t.Errorf("%d communes of %d", count, len(all))
	}
}

func TestEveryCodeAbroadIsFound(t *testing.T) {
	p := whole(t)
	seen := map[string]int{}
	for _, row := range rows(t, "eu_codes_postaux.csv.gz") {
		place, ok := p.Place(row["pays"]+"-"+row["code_postal"], "fr")
		if !ok || place.Name != row["localite"] || !place.Point.Known() {
			t.Fatalf("%v: %+v", row, place)
		}
		seen[row["pays"]]++
	}
	for _, row := range rows(t, "eu_pays.csv") {
		postal, ok := p.PostalCode(row["code"], row["exemple"])
		if !ok || postal.Country != row["code"] {
			t.Errorf("%s: the example %s: %+v", row["code"], row["exemple"], postal)
		}
		again, err := p.Normalise(row["code"], postal.Code)
		if err != nil || again != postal.Code {
			t.Errorf("%s: %q becomes %q, %v", row["code"], postal.Code, again, err)
		}
		if listed := row["code"] != "FR" && row["code"] != "GR" && row["code"] != "GB"; listed != (seen[row["code"]] > 0) {
			t.Errorf("%s: %d codes", row["code"], seen[row["code"]])
		}
	}
	for _, c := range [][3]string{
		{"MT", "vlt1117", "VLT 1117"}, {"PL", "00001", "00-001"}, {"CZ", "CZ-11000", "110 00"}, {"LV", "lv-1001", "1001"},
		{"LT", "LT-01100", "01100"}, {"SE", "S-11120", "111 20"}, {"AD", "500", "AD500"}, {"IE", "d02x285", "D02 X285"},
		{"IE", "D02", "D02"}, {"GR", "10431", "104 31"}, {"SI", "SI-1000", "1000"}, {"MC", "98000", "98000"}, {"MC", "98015", "98015"},
		{"IT", "I-00118", "00118"}, {"AT", "A 1010", "1010"}, {"NO", "N-0150", "0150"}, {"SM", "47890", "47890"},
	} {
		if code, err := p.Normalise(c[0], c[1]); err != nil || code != c[2] {
			t.Errorf("%s: %q becomes %q, not %q: %v", c[0], c[1], code, c[2], err)
		}
	}
	for country, want := range map[string]string{"MT": "MT-VLT", "MC": "MC-98000", "IE": "IE-D02", "PL": "PL-00-002", "CZ": "CZ-11000"} {
		typed := map[string]string{"MT": "VLT 1117", "MC": "98015", "IE": "D02 X285", "PL": "00002", "CZ": "110 00"}[country]
		if postal, _ := p.PostalCode(country, typed); postal.Key != want || postal.Name == "" {
			t.Errorf("%s: %+v", want, postal)
		}
	}
}

func TestTheWholeSetIsLight(t *testing.T) {
	folder := os.DirFS(reference(t))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	p, err := places.Load(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := float64(int64(after.HeapAlloc)-int64(before.HeapAlloc)) / (1 << 20); grown > 15 {
		t.Errorf("%.1f MB", grown)
	} else {
		t.Logf("%.1f MB live", grown)
	}
	runtime.KeepAlive(p)
}

// wholeOrNil returns the reference data, nil where they are not at hand.
func wholeOrNil(t *testing.T) (p *places.Places) {
	t.Run("whole", func(t *testing.T) { p = whole(t) })
	return p
}

// rows reads a file of the reference data with another parser than the one under test.
func rows(t *testing.T, name string) (all []map[string]string) {
	t.Helper()
	file, err := os.Open(filepath.Join(reference(t), name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var in io.Reader = bufio.NewReader(file)
	if filepath.Ext(name) == ".gz" {
		if in, err = gzip.NewReader(in); err != nil {
			t.Fatal(err)
		}
	}
	records, err := csv.NewReader(in).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			row[column] = record[i]
		}
		all = append(all, row)
	}
	return all
}
