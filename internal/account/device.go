package account

import "strings"

// maxAgent is how much of a User-Agent is looked at, in bytes.
const maxAgent = 500

// DeviceOf says coarsely what a User-Agent is: "Firefox, Android". Both words are ours, never the header's; an unknown
// program is the empty text. The order matters: every browser pretends to be an older one (RFC 9110 10.1.5 asks it not to).
func DeviceOf(userAgent string) string {
	agent := userAgent[:min(len(userAgent), maxAgent)]
	browser := firstOf(agent,
		"Edg", "Edge", "OPR/", "Opera", "SamsungBrowser", "Samsung Internet", "Firefox/", "Firefox", "FxiOS/", "Firefox",
		"Chrome/", "Chrome", "CriOS/", "Chrome", "Safari/", "Safari")
	system := firstOf(agent,
		"Android", "Android", "iPhone", "iOS", "iPad", "iPadOS", "Windows", "Windows", "Macintosh", "macOS", "CrOS", "ChromeOS",
		"Linux", "Linux")
	switch {
	case browser == "":
		return system
	case system == "":
		return browser
	}
	return browser + ", " + system
}

// firstOf returns the word after the first sign that stands in text; pairs are sign, word, sign, word…
func firstOf(text string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.Contains(text, pairs[i]) {
			return pairs[i+1]
		}
	}
	return ""
}
