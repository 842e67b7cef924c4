package words_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"essaim/internal/platform/fault"
	"essaim/internal/platform/words"
)

// compile makes lists of terms, as somebody would type them, for all languages.
func compile(terms ...string) *words.Lists {
	var all []words.Entry
	for _, term := range terms {
		all = append(all, words.Entry{Term: term, Effect: words.Hold, List: "test"})
	}
	return words.Compile(all)
}

// met is what a text says where it meets l.
func met(l *words.Lists, text string) []string { return l.Screen("fr", text).Words(text, words.Tag) }

func TestAWordIsMetHoweverItIsDressed(t *testing.T) {
	l := compile("connard", "enculé", "cul", "ass", "bite", "fils de pute", "хуй", "🖕", "5h1t", "encul*")
	for text, want := range map[string]string{
		"Quel connard.":                    "connard",
		"CONNARD":                          "CONNARD",
		"Ｃｏｎｎａｒｄ":                          "Ｃｏｎｎａｒｄ", // full width
		"𝐜𝐨𝐧𝐧𝐚𝐫𝐝 !":                        "𝐜𝐨𝐧𝐧𝐚𝐫𝐝",
		"ᴄᴏɴɴᴀʀᴅ":                          "ᴄᴏɴɴᴀʀᴅ",
		"cönnàrd":                          "cönnàrd",
		"un côñnàrd\u0323 là":              "côñnàrd",
		"encule":                           "encule",
		"c0nn4rd":                          "c0nn4rd",
		"c0nn@rd!":                         "c0nn@rd",
		"a$$":                              "a$$",
		"b1te":                             "b1te",
		"connaaaaard":                      "connaaaaard",
		"coooonnnnaard":                    "", // a letter twice is another word
		"aaaasssss":                        "aaaasssss",
		"c o n n a r d":                    "c o n n a r d",
		"il y a c o n n a r d":             "c o n n a r d",
		"c.o.n.n.a.r.d":                    "c.o.n.n.a.r.d",
		"c-o-n-n-a-r-d":                    "c-o-n-n-a-r-d",
		"C. O. N. N. A. R. D.":             "C. O. N. N. A. R. D",
		"c 0 n n 4 r d":                    "c 0 n n 4 r d",
		"conn.ard":                         "conn.ard",
		"con_nard":                         "con_nard",
		"con\u200bnard":                    "con\u200bnard",
		"c\u200do\u00adn\u2060n\ufeffard":  "c\u200do\u00adn\u2060n\ufeffard",
		"соnnаrd":                          "соnnаrd", // Cyrillic с, о, а
		"сonnard":                          "сonnard",
		"ΒΙΤΕ, dit-il en lettres grecques": "ΒΙΤΕ",
		"хуй":                              "хуй",
		"хyй":                              "хyй", // a Latin y
		"fils de pute":                     "fils de pute",
		"Fils-De-Putes, fils  de\npute":    "fils  de\npute",
		"filsdepute":                       "filsdepute",
		"f1ls de PUTE":                     "f1ls de PUTE",
		"doigt🖕🏿":                          "🖕",
		"5H1T":                             "5H1T",
		"ils enculeront":                   "enculeront",
		"l'enculé":                         "enculé",
	} {
		if got := strings.Join(slices.Compact(met(l, text)), "|"); got != want {
			t.Errorf("%q meets %q, not %q", text, got, want)
		}
	}
}

// The town of Scunthorpe could not sign up with AOL in 1996.
func TestOrdinaryWordsAreLeftAlone(t *testing.T) {
	l := compile("cunt", "con", "cul", "ass", "sex", "pute", "bite", "merde", "tit", "tg", "pd", "cop")
	for _, text := range []string{
		"Scunthorpe, Penistone, Essex, Sussex", "La concertation est continue, le calcul difficile", "association, classe, passage, assez, assiette",
		"tu as raison", "L'as de pique", "une dispute, une amputation, la réputation", "bitume, arbitre, habite, cohabite", "la mer de Chine, la mer.De plus",
		"titre, petite, constitution", "A55 et 455 personnes en 1984", "A S S O C I A T I O N", "S E X T A N T", "salarié·e·s, citoyen.ne.s",
		"сор и рот в городе", "Сонечка", "I/O, c/o, 50k€, 3 $", "jean@conseil.org", "cône de signalisation et copie", "M. P. D. Durand", "10 000 000", "!!! ??? ...", "conn",
	} {
		if got := met(l, text); len(got) > 0 {
			t.Errorf("%q meets %q", text, got)
		}
	}
}

func TestEntriesSayWhereTheyHold(t *testing.T) {
	l := words.Compile([]words.Entry{
		{Term: "bite", Lang: "fr", Effect: words.Hold, List: "a"}, {Term: "gosse", Lang: "fr-CA", Effect: words.Tag, List: "b"}, {Term: "nazi", Effect: words.Refuse, List: "c"},
	})
	for _, c := range []struct {
		lang, text string
		effect     words.Effect
		lists      string
	}{
		{"en", "a bite", words.None, ""}, {"fr", "la bite", words.Hold, "a"}, {"", "a bite", words.Hold, "a"}, {"fr", "gosse", words.Tag, "b"},
		{"fr-BE", "bite de nazi", words.Refuse, "a c"}, {"pl", "Nazi", words.Refuse, "c"},
	} {
		r := l.Screen(c.lang, c.text)
		if r.Effect != c.effect || strings.Join(r.Lists(), " ") != c.lists {
			t.Errorf("%s %q: %v, %q", c.lang, c.text, r.Effect, r.Lists())
		}
	}
	if r := (*words.Lists)(nil).Screen("fr", "bite"); r.Effect != words.None || len(r.Matches) > 0 {
		t.Error("no lists meet something")
	}
}

func TestPatternsSearchTheFoldedText(t *testing.T) {
	l := compile(`/0[1-9]( ?\d\d){4}/`, `/\bcrypto ?gains?\b/`, "/É(tats|glise)-[A-Z]+/")
	for text, want := range map[string]string{
		"appelez le 06 12 34 56 78 !":  "06 12 34 56 78",
		"CRYPTO GAINS, cryptogain":     "CRYPTO GAINS|cryptogain",
		"les états-unis, Eglise-Neuve": "états-unis|Eglise-Neuve",
		"un crypto-monnaie":            "",
	} {
		if got := strings.Join(met(l, text), "|"); got != want {
			t.Errorf("%q meets %q, not %q", text, got, want)
		}
	}
}

func TestAnEntryIsCheckedWithWords(t *testing.T) {
	for term, key := range map[string]string{
		"": "words.term_missing", "a": "words.term_short", "ab*": "words.term_short", "...": "words.term_signs", "s & m": "words.term_short",
		strings.Repeat("a", 101): "words.term_long", "deux mots*": "words.prefix_words", "/(/": "words.pattern_broken", `/(a+)\1/`: "words.pattern_broken",
		"/a*/": "words.pattern_all", "/(a{30}b{30}){9}/": "words.pattern_large", "/x{2000}/": "words.pattern_broken", "//": "words.term_signs",
	} {
		_, err := words.Entry{Term: term, Effect: words.Tag}.Clean()
		f, ok := errors.AsType[*fault.Fault](err)
		if !ok || len(f.Fields) != 1 || f.Fields[0].Key != key || f.Fields[0].Name != "term" {
			t.Errorf("%q: %v, not %s", term, err, key)
		}
	}
	_, err := words.Entry{Term: "bien", Kind: "souvent", Lang: "français"}.Clean()
	if f, ok := errors.AsType[*fault.Fault](err); !ok || len(f.Fields) != 3 {
		t.Errorf("%v", err)
	}
}

func TestATextIsMarkedWhereItMeets(t *testing.T) {
	l := compile("merde", "merde alors", "zut")
	text := "Oh, MERDE alors ! Zut."
	var got []string
	for _, p := range l.Screen("fr", text).Pieces(text, words.Tag) {
		if p.Marked {
			got = append(got, "<"+p.Text+">")
		} else {
			got = append(got, p.Text)
		}
	}
	if all := strings.Join(got, ""); all != "Oh, <MERDE alors> ! <Zut>." {
		t.Error(all)
	}
}

func TestALongTextIsCutAroundWhatItMeets(t *testing.T) {
	l := compile("merde")
	text := strings.Repeat("été ", 50) + "merde" + strings.Repeat(" été", 50) + " merde."
	whole := ""
	for _, p := range l.Screen("fr", text).Around(text, words.Tag, 9) {
		whole += p.Text
	}
	if whole != "… été été merde été été … été été merde." {
		t.Errorf("%q", whole)
	}
}

// realList is a list as hosts have them, in twenty languages; it is no part of the project.
func realList(t testing.TB) []byte {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for folder != filepath.Dir(folder) {
		folder = filepath.Dir(folder)
		if data, err := os.ReadFile(filepath.Join(folder, "shared", "data", "mots_interdits.tsv")); err == nil {
			return data
		}
	}
	t.Skip("no list beside the project")
	return nil
}

func TestARealListIsRead(t *testing.T) {
	r := words.Read(realList(t), words.Entry{Effect: words.Tag})
	for _, f := range r.Faults {
		t.Logf("line %d %q: %s", f.Line, f.Text, f.Key)
	}
	if len(r.Entries) < 1800 || len(r.Faults) > 60 {
		t.Fatalf("%d entries, %d faults", len(r.Entries), len(r.Faults))
	}
	l := words.Compile(r.Entries)
	for _, e := range r.Entries {
		if l.Screen(e.Lang, e.Term).Effect == words.None {
			t.Errorf("%+v does not meet itself", e)
		}
	}
	text := "La réouverture de la gare de Saint-Cul est demandée par les associations : c'est un beau projet, et le conseil municipal l'a voté."
	if got := l.Screen("fr", text).Words(text, words.Tag); strings.Join(got, "|") != "Cul" {
		t.Errorf("%q", got)
	}
}

func TestTheSampleIsRight(t *testing.T) {
	if n := len(words.Sample()); n < 40 {
		t.Errorf("%d entries", n)
	}
}

func FuzzScreen(f *testing.F) {
	for _, text := range []string{"c o n n a r d", "c\u200bo.n-n @rd 1984", "🖕🏿 хyй ßœ", "\xff\xfe", strings.Repeat("a.", 100), "fils de-pute"} {
		f.Add("fr", text)
	}
	l := words.Compile(append(words.Sample(), words.Entry{Term: "хуй", Effect: words.Tag}, words.Entry{Term: "fils de pute", Effect: words.Refuse}))
	f.Fuzz(func(t *testing.T, lang, text string) {
		r := l.Screen(lang, text)
		if len(r.Matches) > words.MaxMatches || (r.Effect == words.None) != (len(r.Matches) == 0) {
			t.Fatalf("%v, %d matches", r.Effect, len(r.Matches))
		}
		whole := ""
		for _, p := range r.Pieces(text, words.Tag) {
			whole += p.Text
			if utf8.ValidString(text) && !utf8.ValidString(p.Text) {
				t.Fatalf("%q is cut within a letter", text)
			}
		}
		if whole != text {
			t.Fatalf("%q became %q", text, whole)
		}
	})
}

// BenchmarkScreen asks five thousand entries and twenty patterns about a message of 2,000 letters.
func BenchmarkScreen(b *testing.B) {
	var all []words.Entry
	for i := range 5000 {
		word := "mot" + strings.Map(func(r rune) rune { return r - '0' + 'a' }, strings.Repeat(string(rune('0'+i%10)), 1+i%3)+string(rune('0'+i/10%10))+string(rune('0'+i/100%10))+string(rune('0'+i/1000)))
		all = append(all, words.Entry{Term: word + []string{"", "*", " de plus"}[i%3], Effect: words.Tag})
	}
	plain := words.Compile(all)
	for i := range 20 {
		all = append(all, words.Entry{Kind: words.Pattern, Term: `\bgain` + string(rune('a'+i)) + ` ?\d+`, Effect: words.Tag})
	}
	lists := words.Compile(append(all, words.Sample()...))
	text := strings.Repeat("Ma grand-mère prenait ce train pour aller à l'hôpital, et moi je n'ai pas de voiture : où irons-nous ? ", 20)[:2000]
	for name, l := range map[string]*words.Lists{"words": plain, "patterns": lists} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if l.Screen("fr", text).Effect != words.None {
					b.Fatal("met")
				}
			}
		})
	}
}
