package guard_test

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"essaim/internal/platform/guard"
	"essaim/internal/platform/guard/guardtest"
)

// write makes testdata/vectors.json anew: go test ./internal/platform/guard -run Vectors -write
var write = flag.Bool("write", false, "write testdata/vectors.json")

// vector is one proof of work that Go and JavaScript must find alike.
type vector struct {
	Challenge  string `json:"challenge"`
	Subject    string `json:"subject"`
	Email      string `json:"email"`
	Normal     string `json:"normal"`
	Difficulty int    `json:"difficulty"`
	Solution   string `json:"solution"`
}

func vectors(t *testing.T) (list []vector) {
	t.Helper()
	raw, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestVectorsAreWhatTheServerTakes(t *testing.T) {
	if *write {
		writeVectors(t)
	}
	for _, v := range vectors(t) {
		if got := guard.Normal(v.Email); got != v.Normal {
			t.Errorf("%q is bound as %q, not %q", v.Email, got, v.Normal)
		}
		if got := guardtest.Solve(v.Challenge, v.Subject, v.Email, v.Difficulty); got != v.Solution {
			t.Errorf("%+v is solved by %s", v, got)
		}
		if got := guard.Work(v.Challenge, v.Subject, v.Email, v.Solution); got < v.Difficulty {
			t.Errorf("%+v brings %d bits", v, got)
		}
	}
}

func TestVectorsAreWhatTheScriptFinds(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node on this machine: the browser test says it too")
	}
	folder := t.TempDir()
	if err := os.CopyFS(folder, guard.Scripts()); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"package.json": `{"type":"module"}`, "check.mjs": nodeCheck} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	input, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), node, filepath.Join(folder, "check.mjs"))
	command.Stdin = strings.NewReader(string(input))
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	var found []vector
	if err := json.Unmarshal(output, &found); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if want := vectors(t); !reflect.DeepEqual(found, want) {
		t.Errorf("the script finds\n%+v\nwant\n%+v", found, want)
	}
}

// nodeCheck solves the vectors of its input, and compares its SHA-256 with node's for each length up to three blocks.
const nodeCheck = `
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { sha256 } from "./sha256.js";
import { normal, search, seed } from "./solve.js";
for (let length = 0; length < 200; length++) {
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
  const got = Array.from(sha256(bytes), (w) => (w >>> 0).toString(16).padStart(8, "0")).join("");
  if (got !== createHash("sha256").update(bytes).digest("hex")) throw new Error("SHA-256 of " + length + " bytes");
}
const vectors = JSON.parse(readFileSync(0));
for (const v of vectors) {
  v.normal = normal(v.email);
  v.solution = String(search(seed(v.challenge, v.subject, v.email), v.difficulty, 0, 2 ** 32));
}
console.log(JSON.stringify(vectors));
`

func writeVectors(t *testing.T) {
	t.Helper()
	list := []vector{
		{Challenge: "0123456789abcdefghjkmnpqrs", Subject: "01jqe8r5k3m7p9t2v4x6z8b0", Email: "ada@example.org", Difficulty: 16},
		{Challenge: "zzzzzzzzzzzzzzzzzzzzzzzzzz", Subject: "m1", Email: " \tADA.Lovelace+Essaim@Example.ORG\r\n", Difficulty: 12},
		{Challenge: "0", Subject: "", Email: "", Difficulty: 10},
		{Challenge: "c", Subject: "s", Email: "ÉLODIE@exemple.fr", Difficulty: 10},
		{Challenge: "c", Subject: "s", Email: "İ\u00a0\ufeff用户@例子.广告", Difficulty: 10},
		{Challenge: "c", Subject: "s", Email: strings.Repeat("long.", 40) + "@example.org", Difficulty: 14},
	}
	for i, v := range list {
		list[i].Normal = guard.Normal(v.Email)
		list[i].Solution = guardtest.Solve(v.Challenge, v.Subject, v.Email, v.Difficulty)
	}
	raw, err := json.MarshalIndent(list, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("testdata/vectors.json", append(raw, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
