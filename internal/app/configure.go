package app

import (
	"fmt"
	"reflect"
	"strings"

	"essaim/internal/platform/config"
)

type configCommand struct{ config.Settings }

// Run prints every setting as a line of the settings file, with what it is for. Secrets are not shown.
func (c *configCommand) Run(w *world) error {
	values := reflect.ValueOf(c.Settings)
	for i := range values.NumField() {
		field := values.Type().Field(i)
		name := field.Tag.Get("name")
		if name == "" {
			name = dashed(field.Name)
		}
		if help := field.Tag.Get("help"); help != "" {
			fmt.Fprintf(w.out, "# %s\n", help)
		}
		fmt.Fprintf(w.out, "%s = %s\n\n", name, shown(name, values.Field(i)))
	}
	return c.Check()
}

// dashed writes a field's name as its flag: TrustedProxy is trusted-proxy, SMTP is smtp.
func dashed(name string) string {
	var out strings.Builder
	for i, c := range name {
		upper := c >= 'A' && c <= 'Z'
		if upper && i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z' {
			out.WriteByte('-')
		}
		out.WriteRune(c)
	}
	return strings.ToLower(out.String())
}

// shown is a value without what must stay secret.
func shown(name string, v reflect.Value) string {
	if list, ok := v.Interface().([]string); ok {
		return `"` + strings.Join(list, ",") + `"`
	}
	text := fmt.Sprint(v.Interface())
	secret := name == "vault-key" || name == "smtp" || name == "database" // a password stands in many places of a URL
	if secret && text != "" {
		return `"(set, not shown)"`
	}
	if v.Kind() == reflect.String {
		return `"` + text + `"`
	}
	return text
}
