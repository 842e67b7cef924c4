package config

import (
	"fmt"
	"strings"
)

// ParseFile reads settings, one a line: a name as the flag has it, "=", and a value, which may stand in double quotes. Empty
// lines and lines that begin with # are passed over. This is the flat part of TOML with its quotes made optional.
func ParseFile(text string) (map[string]string, error) {
	values := map[string]string{}
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
		values[name] = value
	}
	return values, nil
}

func unquote(value string) (string, error) {
	inner, quoted := strings.CutPrefix(value, `"`)
	if !quoted {
		return value, nil
	}
	inner, closed := strings.CutSuffix(inner, `"`)
	if !closed || strings.Contains(inner, `"`) {
		return "", fmt.Errorf("a quote is not closed")
	}
	return inner, nil
}
