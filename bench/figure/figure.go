// Package figure prints what a benchmark found: each figure with what it was measured against in the same run, the goal, and
// whether it is met. A figure that falls short is printed as such and ends nothing: figures are figures.
package figure

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Table is the figures of one run, in the order in which they were added.
type Table struct {
	title string
	rows  [][]string
}

// New returns an empty table.
func New(title string) *Table { return &Table{title: title} }

// Ratio adds a figure that has a reference: it is to be at least goal times as much.
func (t *Table) Ratio(name string, measured, reference float64, unit, against string, goal float64) {
	ratio := measured / reference
	t.add(name, number(measured)+" "+unit, number(reference)+" "+unit+" "+against, fmt.Sprintf("%.2f", ratio), fmt.Sprintf("≥ %.2f", goal), verdict(ratio >= goal))
}

// Most adds a figure that is to be at most goal.
func (t *Table) Most(name string, measured float64, unit string, goal float64) {
	t.add(name, number(measured)+" "+unit, "", "", "≤ "+number(goal)+" "+unit, verdict(measured <= goal))
}

// Note adds a figure without a goal.
func (t *Table) Note(name string, measured float64, unit string) {
	t.add(name, number(measured)+" "+unit, "", "", "", "")
}

// Beside adds a figure with a reference and without a goal.
func (t *Table) Beside(name string, measured, reference float64, unit, against string) {
	t.add(name, number(measured)+" "+unit, number(reference)+" "+unit+" "+against, fmt.Sprintf("%.2f", measured/reference), "", "")
}

func (t *Table) add(cells ...string) { t.rows = append(t.rows, cells) }

func verdict(met bool) string {
	if met {
		return "ok"
	}
	return "short"
}

// number writes three digits that count, and thousands apart.
func number(n float64) string {
	switch {
	case n < 10:
		return fmt.Sprintf("%.2f", n)
	case n < 100:
		return fmt.Sprintf("%.1f", n)
	}
	digits := fmt.Sprintf("%.0f", n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + " " + digits[i:]
	}
	return digits
}

// Print writes the table in Markdown, under the machine's line.
func (t *Table) Print(out io.Writer) {
	head := []string{"figure", "measured", "reference in the same run", "ratio", "goal", ""}
	widths := make([]int, len(head))
	for _, row := range append([][]string{head}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	fmt.Fprintf(out, "\n%s\n%s\n\n", t.title, Machine())
	line(out, head, widths)
	rule := make([]string, len(head))
	for i, width := range widths {
		rule[i] = strings.Repeat("-", width)
	}
	line(out, rule, widths)
	for _, row := range t.rows {
		line(out, row, widths)
	}
}

func line(out io.Writer, cells []string, widths []int) {
	for i, cell := range cells {
		fmt.Fprintf(out, "| %s%s ", cell, strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
	}
	fmt.Fprintln(out, "|")
}

// Machine says on what the figures were measured.
func Machine() string {
	processor := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				processor = strings.TrimSpace(value)
			}
		}
	}
	return fmt.Sprintf("%d cores of %s, %s, %s/%s, %s", runtime.NumCPU(), processor, runtime.Version(), runtime.GOOS, runtime.GOARCH, time.Now().UTC().Format(time.DateOnly))
}

// Median returns the middle of some measures, which may come in any order; of an even number, the lower.
func Median(measures []float64) float64 {
	sorted := slices.Sorted(slices.Values(measures))
	return sorted[(len(sorted)-1)/2]
}

// Percentile returns the duration below which p percent of sorted durations are.
func Percentile(sorted []time.Duration, p float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(float64(len(sorted))*p/100))]
}
