package config

import (
	"errors"
	"fmt"
	"strings"
)

// Line is what stands behind a name in the settings file.
type Line struct {
	Value  string
	Number int // of the line, from 1
}

// ParseFile reads settings, one a line: a name as the flag has it, "=", and a value, which may stand in double quotes. Empty
// lines are passed over, and so is what follows a # at the beginning of a line or behind a space, outside quotes. This is the
// flat part of TOML with its quotes made optional.
func ParseFile(text string) (map[string]Line, error) {
	values := map[string]Line{}
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, found := strings.Cut(line, "=")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !found || name == "" || strings.ContainsAny(name, " \t\"'[]") {
			return nil, fmt.Errorf("line %d: write 'name = value'", number)
		}
		value, err := unquote(value)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		if _, twice := values[name]; twice {
			return nil, fmt.Errorf("line %d: %s stands here a second time", number, name)
		}
		values[name] = Line{Value: value, Number: number}
	}
	return values, nil
}

// unquote takes quotes and a remark behind the value away.
func unquote(value string) (string, error) {
	inner, quoted := strings.CutPrefix(value, `"`)
	if !quoted {
		return withoutRemark(value), nil
	}
	inner, rest, closed := strings.Cut(inner, `"`)
	if !closed {
		return "", errors.New("a quote is not closed")
	}
	if rest != "" && withoutRemark(rest) != "" {
		return "", errors.New("something stands behind the closing quote")
	}
	return inner, nil
}

// withoutRemark cuts a # at the beginning or behind a space, and what follows. One inside a word belongs to it: passwords have
// them.
func withoutRemark(value string) string {
	for i := range len(value) {
		if value[i] == '#' && (i == 0 || value[i-1] == ' ' || value[i-1] == '\t') {
			value = value[:i]
			break
		}
	}
	return strings.TrimSpace(value)
}
