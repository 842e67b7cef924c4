package places

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold appends to dst what remains of a name when nobody cares how it is written: small letters and digits without marks, single
// spaces for everything else ("L'Haÿ-les-Roses" becomes "l hay les roses").
func fold(dst []byte, name string) []byte {
	start := len(dst)
	gap := false
	for i := 0; i < len(name); {
		c := name[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(name[i:])
			i += size
			before := len(dst)
			if gap && before > start {
				dst = append(dst, ' ')
			}
			letters := len(dst)
			if dst = foldRune(dst, r); len(dst) > letters {
				gap = false
			} else {
				dst = dst[:before]
				gap = gap || !unicode.Is(unicode.Mn, r)
			}
			continue
		}
		i++
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			gap = true
			continue
		}
		if gap && len(dst) > start {
			dst = append(dst, ' ')
		}
		gap = false
		dst = append(dst, c)
	}
	return dst
}

// foldRune appends the plain letters of a character; nothing for one that is neither letter nor digit.
func foldRune(dst []byte, r rune) []byte {
	switch r {
	case 'œ', 'Œ':
		return append(dst, "oe"...)
	case 'æ', 'Æ':
		return append(dst, "ae"...)
	case 'ß', 'ẞ':
		return append(dst, "ss"...)
	case 'ø', 'Ø':
		return append(dst, 'o')
	case 'đ', 'Đ':
		return append(dst, 'd')
	case 'ł', 'Ł':
		return append(dst, 'l')
	case 'ı':
		return append(dst, 'i')
	}
	var encoded [utf8.UTFMax]byte
	parts := norm.NFKD.Properties(encoded[:utf8.EncodeRune(encoded[:], r)]).Decomposition()
	if parts == nil {
		parts = encoded[:utf8.RuneLen(r)]
	}
	for len(parts) > 0 {
		part, size := utf8.DecodeRune(parts)
		parts = parts[size:]
		if unicode.IsLetter(part) || unicode.IsDigit(part) {
			dst = utf8.AppendRune(dst, unicode.ToLower(part))
		}
	}
	return dst
}
