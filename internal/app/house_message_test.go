package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// built lists the keys that code completes while it runs, and what stands for the star.
var built = map[string]string{
	"account.invitation_*":        "a role",
	"mobilisation.create_*_title": "a step", "mobilisation.create_*_lede": "a step", "mobilisation.step_*": "a step", "mobilisation.change_*": "a step",
	"mobilisation.example_*": "an example", "mobilisation.example_*_*": "an example and a part of it",
	"mobilisation.ask_*": "one of the three lines", "mobilisation.ask_*_hint": "one of the three lines",
	"mobilisation.scope_*": "a kind of area", "mobilisation.place_missing_*": "a kind of area", "mobilisation.place_unknown_*": "a kind of area",
	"mobilisation.done_*": "a page of the team and what was done on it", "mobilisation.sheet_copies_*": "how many sheets", "mobilisation.handout_*": "in which form names left",
	"mobilisation.theme_*": "a theme", "mobilisation.state_*": "a state", "mobilisation.team_*": "what was done",
	"mobilisation.method_*": "a part of the method", "mobilisation.method_*_text": "a part of the method", "mobilisation.invalidation_*": "a state",
	"mobilisation.verdict_*_title": "a verdict", "mobilisation.verdict_*_text": "a verdict", "mobilisation.verdict_*_subject": "a verdict",
	"moderation.effect_*": "an effect", "moderation.effect_*_text": "an effect", "moderation.kind_*": "a kind of entry", "moderation.outcome_*": "an effect",
	"moderation.verdict_*": "a verdict", "moderation.answer_*": "a verdict", "moderation.told_*": "a verdict", "moderation.told_*_text": "a verdict",
	"moderation.appeal_*": "a verdict", "moderation.appeal_*_text": "a verdict", "moderation.log_*": "where an appeal stands", "moderation.opinion_*": "what a moderator thinks",
	"moderation.article_*": "an article", "moderation.article_*_text": "an article",
	"mobilisation.role_*": "a role", "mobilisation.role_*_text": "a role", "mobilisation.role_*_hint": "a role", "mobilisation.members_*": "what was done", "mobilisation.transfer_*_subject": "a letter", "mobilisation.transfer_*_mail": "a letter",
	"account.role_*":        "a role",
	"account.role_hint_*":   "a role",
	"account.role_remove_*": "a role",
	"front.host_done_*":     "what was done", "front.notice_*": "a field of the legal notice", "front.notice_*_hint": "a field of the legal notice",
	"front.switch_*": "a part that can be switched off", "front.switch_*_text": "a part that can be switched off",
	"front.kept_*":             "what is kept and a column of the table, or a column alone",
	"front.*_host":             "a sentence that names the host, for sites that say who that is",
	"mobilisation.text_done_*": "where a change stands", "mobilisation.text_will_*": "a kind of change", "mobilisation.change_kind_*": "a kind of change",
	"mobilisation.change_item_*": "a kind of change", "mobilisation.changed_on_*": "a kind of change", "mobilisation.part_*": "a part of the words",
	"mobilisation.mail_*_title": "a letter", "mobilisation.mail_*_text": "a letter", "mobilisation.mail_*_subject": "a letter",
	"mobilisation.*_missing": "a field of the form",
	"view.signatures_*":      "a part of the gauge, for the words that Measure.Unit names",
}

// keyLike is the shape of a key or of the beginning of one.
var keyLike = regexp.MustCompile(`^[a-z][a-z0-9_]*\.[a-z0-9_.]*$`)

// assetLike is a file that a page names, which looks like a key.
var assetLike = regexp.MustCompile(`\.(js|css|svg|png|json|html|txt|xml|csv|gz|woff2|db|po|key|conf|sql|templ)$`)

// literal is a string in the code that looks like a key of the house.
type literal struct {
	text string
	at   string
	from string // folder
	open bool   // code adds to it; text has a star for each thing added
}

// literals finds strings that look like keys in a file. rooms are the words with which a key may begin. What names jobs,
// events, slots and purposes of the vault looks the same and is left out, by the place where it stands.
func literals(s source, rooms map[string]bool) []literal {
	var found []literal
	take := func(n ast.Node, text string, open bool) bool {
		begin, _, _ := strings.Cut(text, ".")
		like := keyLike.MatchString(strings.ReplaceAll(text, "*", "")) && rooms[begin] && !assetLike.MatchString(text)
		if like {
			found = append(found, literal{text: text, at: s.at(n), from: s.dir, open: open})
		}
		return like
	}
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			joined, whole := pattern(n)
			return !take(n, joined, !whole)
		case *ast.BasicLit:
			if alone, ok := text(n); ok {
				take(n, alone, false)
			}
		}
		return !namesNoMessage(n)
	})
	return found
}

// namesNoMessage tells whether what stands in a node looks like a key and is none.
func namesNoMessage(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncDecl:
		return n.Name.Name == "EventName"
	case *ast.ValueSpec:
		kind, typed := n.Type.(*ast.SelectorExpr)
		name := n.Names[0].Name
		return strings.HasSuffix(name, "Kind") || strings.HasSuffix(name, "Place") || strings.HasPrefix(name, "purpose") || typed && kind.Sel.Name == "Right"
	case *ast.KeyValueExpr:
		name, ok := n.Key.(*ast.Ident)
		return ok && slices.Contains([]string{"Name", "Kind", "Place", "Event", "Right"}, name.Name)
	}
	return false
}

// pattern joins what is added up, with a star for what only a run knows; whole says that there is none.
func pattern(e ast.Expr) (joined string, whole bool) {
	sum, ok := e.(*ast.BinaryExpr)
	if !ok {
		if alone, ok := text(e); ok {
			return alone, true
		}
		return "*", false
	}
	if sum.Op != token.ADD {
		return "", true
	}
	left, leftWhole := pattern(sum.X)
	right, rightWhole := pattern(sum.Y)
	return strings.ReplaceAll(left+right, "**", "*"), leftWhole && rightWhole
}

// keyWords are the words with which a key may begin: the names of packages, and what they share.
func keyWords(t *testing.T) map[string]bool {
	t.Helper()
	words := map[string]bool{}
	for dir := range packages(t) {
		words[path.Base(dir)] = true
	}
	for begin := range sharedKeys {
		words[strings.TrimSuffix(begin, ".")] = true
	}
	return words
}

func allLiterals(t *testing.T) []literal {
	t.Helper()
	words := keyWords(t)
	var all []literal
	for _, s := range sources(t) {
		if !s.isTest() {
			all = append(all, literals(s, words)...)
		}
	}
	return all
}

func TestEveryKeyInTheCodeIsAMessage(t *testing.T) {
	all := catalogues(t)
	for _, l := range allLiterals(t) {
		_, there := all["fr"].entries[l.text]
		switch {
		case l.open && len(builtFor(l.text)) == 0:
			t.Errorf("%s: list %q in built (internal/app/house_message_test.go), with what stands for the star", l.at, l.text)
		case !l.open && !there:
			t.Errorf("%s: no .po file says %q; a visitor would read the key", l.at, l.text)
		}
	}
}

// builtFor lists the patterns of built that a key, or a pattern in the code, falls under.
func builtFor(key string) []string {
	return slices.DeleteFunc(slices.Collect(maps.Keys(built)), func(star string) bool {
		ok, err := path.Match(star, key)
		return !ok || err != nil
	})
}

func TestEveryMessageIsSaid(t *testing.T) {
	used := map[string]bool{}
	for _, l := range allLiterals(t) {
		used[l.text] = true
	}
	excused := map[string]bool{}
	for key, owner := range catalogues(t)["fr"].owner {
		if used[key] {
			continue
		}
		stars := builtFor(key)
		if len(stars) == 0 {
			t.Errorf("%s: nobody says %s; translators would work for nothing", owner, key)
		}
		for _, star := range stars {
			excused[star] = true
		}
	}
	for star := range built {
		if !excused[star] {
			t.Errorf("built lists %q, and no message needs it", star)
		}
	}
}

func TestAPackageSaysItsOwnWords(t *testing.T) {
	for _, l := range allLiterals(t) {
		begin, _, _ := strings.Cut(l.text, ".")
		if begin == path.Base(l.from) || begin == roomOf(l.from) || sharedKeys[begin+"."] != "" || begin == "web" {
			continue
		}
		if floorOf(roomOf(l.from)) == appFloor || floorOf(begin) == "" && roomOf(l.from) != begin {
			continue // app speaks of the whole house; everybody may use the platform's words
		}
		t.Errorf("%s: %q are the words of another room, which may change them", l.at, l.text)
	}
}

func text(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	value, err := strconv.Unquote(lit.Value)
	return value, err == nil
}

func TestTheRulesOfMessagesSeeWhatTheyAreFor(t *testing.T) {
	file, err := parser.ParseFile(fileSet, "made_up.go", `package front
		const letterKind = "front.letter"
		func (Moved) EventName() string { return "front.moved" }
		var _ = []any{jobs.Schedule{Name: "front.sweep"}, "guard.js", l.T("front.hello"), "front.kept_" + row, table{Key: "front.shelf"}}`, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, l := range literals(source{path: "made_up.go", file: file}, map[string]bool{"front": true, "guard": true}) {
		seen = append(seen, l.text)
	}
	if want := []string{"front.hello", "front.kept_*", "front.shelf"}; !slices.Equal(seen, want) {
		t.Errorf("saw %q, not %q", seen, want)
	}
}
