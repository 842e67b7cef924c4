package web

import "net/http"

// contentSecurityPolicy allows what we serve ourselves and nothing else: no inline script or style, no frame, no third party.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// securityHeaders are on every answer, also from the cache. The values are shared and never written to.
var securityHeaders = map[string][]string{
	"Content-Security-Policy":      {contentSecurityPolicy},
	"X-Content-Type-Options":       {"nosniff"},
	"Referrer-Policy":              {"strict-origin-when-cross-origin"}, // stricter ones make old phones send "Origin: null"
	"Permissions-Policy":           {"camera=(), microphone=(), geolocation=(), browsing-topics=()"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"X-Frame-Options":              {"DENY"}, // for browsers that do not know frame-ancestors
}

var hsts = []string{"max-age=31536000"}

// anyOrigin lets pages of other sites call the API: no cookie counts there, so they can do no more than any program.
func anyOrigin(h http.Header) {
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Add("Vary", "Accept-Language")
}

// preflight answers a browser that asks whether another site's page may send JSON (Fetch Standard, CORS-preflight).
func preflight(w http.ResponseWriter, _ *http.Request) {
	anyOrigin(w.Header())
	w.Header().Set("Access-Control-Allow-Methods", "GET, POST")
	w.Header().Set("Access-Control-Allow-Headers", "Content-Type, Accept-Language")
	w.Header().Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) secure(h http.Header) {
	for name, value := range securityHeaders {
		h[name] = value
	}
	if s.https {
		h["Strict-Transport-Security"] = hsts
	}
}
