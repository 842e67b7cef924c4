package app

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// overheard listens to what an authority answers: the library that talks with it keeps the reasons of a renewal to itself.
//
// It also says again where an order is, when the order is finalized: the library wants to be told, some authorities do, and they need
// not (RFC 8555 7.4).
type overheard struct {
	http.RoundTripper
	tell   func(says string)
	orders *sync.Map // URL to finalize an order at -> URL of the order
}

// answerLimit is how much of an answer is read: problems and orders are short.
const answerLimit = 1 << 20

// RoundTrip implements http.RoundTripper.
func (o overheard) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := o.RoundTripper.RoundTrip(r)
	if err != nil {
		o.tell(fmt.Sprintf("%s does not answer: %v. Is this machine on line, may it call port 443?", r.URL.Hostname(), err))
		return nil, err
	}
	if kind := answer.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") && !strings.HasPrefix(kind, "application/problem+json") {
		return answer, nil
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, answerLimit))
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(text))
	o.locate(r.URL.String(), answer.Header, text)
	if says := refusal(text); says != "" {
		o.tell(says)
	}
	return answer, nil
}

// locate remembers where an order is, and adds it to an answer that does not say so.
func (o overheard) locate(asked string, header http.Header, text []byte) {
	var order struct {
		Finalize string `json:"finalize"`
	}
	if json.Unmarshal(text, &order) != nil || order.Finalize == "" {
		return
	}
	if place := header.Get("Location"); place != "" {
		o.orders.Store(order.Finalize, place)
		return
	}
	if place, _ := o.orders.Load(asked); place != nil {
		header.Set("Location", fmt.Sprint(place))
	}
}

// problem is why an authority refuses (RFC 8555 6.7).
type problem struct {
	Type   string `json:"type"`
	Detail string `json:"detail"`
}

// problemBegin is how the types of problems begin; what follows it is looked up in advices.
const problemBegin = "urn:ietf:params:acme:error:"

// advices say what to do about a problem.
var advices = map[string]string{
	"connection":         "The authority could not reach the site: open ports 80 and 443, also in the provider's firewall.",
	"dns":                "The site's name leads nowhere, or elsewhere: correct its A and AAAA records.",
	"unauthorized":       "Somebody else answers under the site's name: correct its A and AAAA records, or a proxy in front.",
	"tls":                "Something in front of the site answers on port 443.",
	"rateLimited":        "Too many certificates were asked for of late: wait, it is tried again by itself.",
	"caa":                "A CAA record of the name forbids this authority: change it, or take another one with --tls-directory.",
	"rejectedIdentifier": "This authority gives no certificate for such a name.",
	"invalidContact":     "Correct the mail address in --tls-contact.",
}

// refusal reads an answer: the problem that it is, or the one for which a proof was not accepted (RFC 8555 7.1.4). It returns "" for all
// others, and for a stale nonce, which is sent again by itself.
func refusal(text []byte) string {
	var answer struct {
		problem
		Status     json.RawMessage `json:"status"`
		Error      *problem        `json:"error"`
		Challenges []struct {
			Error *problem `json:"error"`
		} `json:"challenges"`
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return ""
	}
	found := answer.problem
	if string(answer.Status) == `"invalid"` {
		for _, c := range answer.Challenges {
			if c.Error != nil {
				found = *c.Error
			}
		}
		if answer.Error != nil {
			found = *answer.Error
		}
	}
	kind, ok := strings.CutPrefix(found.Type, problemBegin)
	if !ok || kind == "badNonce" {
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("it says %q (%s). %s", found.Detail, kind, advices[kind]))
}
