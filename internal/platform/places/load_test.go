package places_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"essaim/internal/platform/places"
)

func TestFlawsAreToldWithFileAndLine(t *testing.T) {
	for _, c := range []struct{ file, old, new, want string }{
		{"fr_communes.csv", ",5.23,", ",east,", `fr_communes.csv:2: "east" is no longitude`},
		{"fr_communes.csv", "46.20,5.23", "146.20,5.23", `fr_communes.csv:2: "146.20" is no latitude`},
		{"fr_communes.csv", "46.20,5.23", ",5.23", `fr_communes.csv:2: "" is no latitude`},
		{"fr_communes.csv", "01053,COM", "1053,COM", `fr_communes.csv:2: "1053" is no commune`},
		{"fr_communes.csv", "01053,COM", "01053,VILLE", `fr_communes.csv:2: neither COM nor ARM`},
		{"fr_communes.csv", "01053,COM,Bourg-en-Bresse", "01053,COM,", `fr_communes.csv:2: an empty cell`},
		{"fr_communes.csv", "01344,COM", "01053,COM", `fr_communes.csv:3: "01053" does not come after "01053"`},
		{"fr_communes.csv", "Gap,05,", "Gap,96,", `fr_communes.csv:4: the department "96" is not in fr_departements.csv`},
		{"fr_communes.csv", "05000,05-01", "05001,05-01", `fr_communes.csv:4: the postal code "05001" is not in fr_codes_postaux.csv`},
		{"fr_communes.csv", "05000,05-01", "05000,05-09", `fr_communes.csv:4: the constituency "05-09" is not in fr_circonscriptions.csv`},
		{"fr_communes.csv", "06000|06100", "06000||06100", "fr_communes.csv:5: a list with an empty item, or more than 200"},
		{"fr_communes.csv", "Gap,05", "Gap", "fr_communes.csv:4: 10 cells where the header has 11"},
		{"fr_communes.csv", "Gap", "G\u202eap", "fr_communes.csv:4: an invisible character (U+202E)"},
		{"fr_communes.csv", "Gap", "G\x1bap", "fr_communes.csv:4: a control character (lines end with a line feed alone)"},
		{"fr_communes.csv", "Gap", "G\xe9", "fr_communes.csv:4: not UTF-8"},
		{"fr_communes.csv", "Gap", `"Gap`, "fr_communes.csv:4: a quotation mark that does not fit"},
		{"fr_communes.csv", "Gap", `G"a"p`, "fr_communes.csv:4: a quotation mark that does not fit"},
		{"fr_communes.csv", "Gap", strings.Repeat("G", 201), "fr_communes.csv:4: a cell of more than 200 bytes"},
		{"fr_communes.csv", "Gap", strings.Repeat("G", 20000), "fr_communes.csv:4: a line of more than 16384 bytes"},
		{"fr_communes.csv", "41300", "-41300", `fr_communes.csv:4: "-41300" is no whole number`},
		{"fr_communes.csv", "code_insee", "code", "fr_communes.csv:1: the header lacks the column code_insee"},
		{"fr_communes.csv", "code_insee", "\ufeffcode_insee", "fr_communes.csv:1: an invisible character (U+FEFF)"},
		{"fr_codes_postaux.csv", "01000,01053|01344", "01000,", "fr_codes_postaux.csv:2: the postal code 01000 has no commune"},
		{"fr_codes_postaux.csv", "01000,01053|01344", "01000,01053|01999", `fr_codes_postaux.csv:2: the commune "01999" is not in fr_communes.csv.gz`},
		{"fr_codes_postaux.csv", "01000,", "1000,", `fr_codes_postaux.csv:2: "1000" is no postal code`},
		{"fr_departements.csv", "02,Aisne", "01,Aisne", "fr_departements.csv:3: the department 01 a second time"},
		{"fr_departements.csv", "02,Aisne", "2,Aisne", `fr_departements.csv:3: "2" is no department`},
		{"fr_circonscriptions.csv", "01-04,01,", "01-01,01,", "fr_circonscriptions.csv:3: the constituency 01-01 a second time"},
		{"fr_circonscriptions.csv", "01-04,01,", "01-04,02,", `fr_circonscriptions.csv:3: "01-04" is no constituency of "02"`},
		{"fr_circos_etranger.csv", "CA,Canada,099-01", "CA,Canada,099-12", `fr_circos_etranger.csv:2: the constituency "099-12" is not in fr_circonscriptions.csv`},
		{"fr_circos_etranger.csv", "US,", "CA,", "fr_circos_etranger.csv:3: the country CA a second time"},
		{"eu_pays.csv", `^\d{4}$,1000`, `^\d{4,1000`, "eu_pays.csv:2: the regular expression ^\\d{4 does not go from ^ to $"},
		{"eu_pays.csv", `^\d{4}$,1000,`, `^\d{4}$,10000,`, "eu_pays.csv:2: the example 10000 does not match ^\\d{4}$"},
		{"eu_pays.csv", "1000,code complet", "1000,à l'envers", "eu_pays.csv:2: how to cut the code is not understood: à l'envers"},
		{"eu_pays.csv", "CH,0", "BE,0", "eu_pays.csv:3: the country BE a second time"},
		{"eu_codes_postaux.csv", "BE,2000", "XX,2000", `eu_codes_postaux.csv:3: the country "XX" is not in eu_pays.csv`},
		{"eu_codes_postaux.csv", "BE,2000", "BE,0999", `eu_codes_postaux.csv:3: "0999" does not come after the line before`},
		{"eu_codes_postaux.csv", "BE,2000", "BE,20 00", `eu_codes_postaux.csv:3: "20 00" is no postal code`},
		{"eu_codes_postaux.csv", "PT,1000", "BE,9999", "eu_codes_postaux.csv:23: the codes of BE do not stand together"},
	} {
		set := files(t)
		set[c.file].Data = bytes.Replace(set[c.file].Data, []byte(c.old), []byte(c.new), 1)
		_, err := places.Load(t.Context(), set)
		var bad *places.BadData
		if !errors.As(err, &bad) || !slices.ContainsFunc(bad.Flaws, func(f places.Flaw) bool { return f.String() == c.want }) {
			t.Errorf("%s, %q for %q: %v\nnot %s", c.file, c.new, c.old, err, c.want)
		}
	}
}

func TestSeveralFlawsAreToldAtOnce(t *testing.T) {
	set := files(t)
	delete(set, "fr_circonscriptions.csv")
	set["fr_departements.csv"].Data = bytes.ReplaceAll(set["fr_departements.csv"].Data, []byte("44"), []byte("x,"))
	_, err := places.Load(t.Context(), set)
	var bad *places.BadData
	if !errors.As(err, &bad) || len(bad.Flaws) != 100 || bad.More == 0 {
		t.Fatalf("%v", err)
	}
	text := err.Error()
	for _, want := range []string{"fr_departements.csv:9: 8 cells", "fr_circonscriptions.csv: file does not exist", "more"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in %s", want, text)
		}
	}
}

func TestFilesOfOtherCountriesMayBeAbsent(t *testing.T) {
	set := files(t)
	maps.DeleteFunc(set, func(name string, _ *fstest.MapFile) bool {
		return !strings.HasPrefix(name, "fr_") || name == "fr_circos_etranger.csv"
	})
	p, err := places.Load(t.Context(), set)
	if err != nil {
		t.Fatal(err)
	}
	postal, ok := p.PostalCode("BE", "1000")
	if !ok || postal.Key != "BE" || postal.Code != "1000" || postal.Point.Known() || postal.Constituencies != nil {
		t.Errorf("%+v", postal)
	}
	if _, ok := p.PostalCode("FR", "67230"); ok {
		t.Error("a set given by the host takes codes that it lacks")
	}
	if _, ok := p.Place("BE-1000", "fr"); ok {
		t.Error("a place of a table that is not there")
	}
}

func TestASetMayBePacked(t *testing.T) {
	set := files(t)
	for _, name := range []string{"fr_communes.csv", "eu_codes_postaux.csv"} {
		set[name+".gz"] = &fstest.MapFile{Data: pack(t, set[name].Data)}
		delete(set, name)
	}
	if p, err := places.Load(t.Context(), set); err != nil || len(p.Search("strasbourg", 1)) != 1 {
		t.Fatal(err)
	}
	whole := set["fr_communes.csv.gz"].Data
	for name, data := range map[string][]byte{
		"cut": whole[:len(whole)/2], "no gzip": []byte("code_insee"), "empty": nil, "spoiled": append(whole[:len(whole)-8:len(whole)-8], "12345678"...),
		"bomb": pack(t, append([]byte("code_insee\n"), bytes.Repeat([]byte("a\n"), 40<<20)...)),
	} {
		set["fr_communes.csv.gz"].Data = data
		var bad *places.BadData
		if _, err := places.Load(t.Context(), set); !errors.As(err, &bad) || bad.Flaws[0].File != "fr_communes.csv.gz" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALargeFileIsNotReadToItsEnd(t *testing.T) {
	header, line := "pays,code_postal,localite,region,lat,lon\n", strings.Repeat("x", 4000)+"\n"
	set := files(t)
	set["eu_codes_postaux.csv.gz"] = &fstest.MapFile{Data: pack(t, []byte(header+strings.Repeat(line, 17<<10)))}
	var bad *places.BadData
	_, err := places.Load(t.Context(), set)
	if !errors.As(err, &bad) || bad.More < 16000 {
		t.Errorf("%v", err)
	}
}

func TestNoSetIsToldFromABadOne(t *testing.T) {
	if _, err := places.Load(t.Context(), fstest.MapFS{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	for _, content := range []string{"", "set-", "../..", "set-../x", "set-zz"} {
		set := fstest.MapFS{"current": {Data: []byte(content)}}
		var bad *places.BadData
		if _, err := places.Load(t.Context(), set); !errors.As(err, &bad) {
			t.Errorf("current says %q: %v", content, err)
		}
	}
}

func FuzzLoad(f *testing.F) {
	set := few(files(f))
	order := slices.Sorted(maps.Keys(set))
	for i, name := range order {
		f.Add(uint(i), set[name].Data)
	}
	f.Add(uint(0), []byte("pays,code_postal,localite,region,lat,lon\n\"B\"\"E\",\"1\n"))
	if _, err := places.Load(f.Context(), set); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, which uint, data []byte) {
		spoiled := maps.Clone(set)
		spoiled[order[which%uint(len(order))]] = &fstest.MapFile{Data: data}
		p, err := places.Load(t.Context(), spoiled)
		if err != nil {
			return
		}
		for commune := range p.Communes() {
			p.Search(commune.Name, 3)
			for _, code := range commune.PostalCodes {
				if _, ok := p.PostalCode("FR", code); !ok {
					t.Fatalf("%+v: no %s", commune, code)
				}
			}
		}
		for _, country := range p.Countries("en") {
			p.PostalCode(country.Code, country.Example)
		}
	})
}

// few keeps three communes and two codes abroad, so that the fuzzer has little to shorten.
func few(set fstest.MapFS) fstest.MapFS {
	kept := map[string]string{
		"fr_departements.csv": "code, 01, 05,", "fr_circonscriptions.csv": "circonscription, 01-01, 01-04, 05-01, 099-04,",
		"fr_codes_postaux.csv": "code_postal, 01000, 05000,", "fr_communes.csv": "code_insee, 01053, 01344, 05061,",
		"fr_circos_etranger.csv": "pays, BE,", "eu_pays.csv": "code, BE, FR,", "eu_codes_postaux.csv": "pays, BE,",
	}
	for name, file := range set {
		var lines strings.Builder
		for line := range strings.Lines(string(file.Data)) {
			if first, _, _ := strings.Cut(line, ","); strings.Contains(kept[name], first+",") {
				lines.WriteString(line)
			}
		}
		set[name] = &fstest.MapFile{Data: []byte(lines.String())}
	}
	return set
}

// files returns the files of the sample, to be spoiled.
func files(t testing.TB) fstest.MapFS {
	t.Helper()
	set := fstest.MapFS{}
	names, err := fs.Glob(os.DirFS("sample"), "*.csv")
	if err != nil || len(names) != 7 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		data, err := os.ReadFile("sample/" + name)
		if err != nil {
			t.Fatal(err)
		}
		set[name] = &fstest.MapFile{Data: data}
	}
	return set
}

func pack(t testing.TB, data []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}
