package front

import (
	"net/http"
	"time"

	"essaim/internal/platform/view"
)

// showPrivacy is GET /privacy: what becomes of what people give. The form to sign links to it.
func (r *Room) showPrivacy(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	return view.Write(ctx, w, http.StatusOK, privacyView(statement{
		Page: view.Page{
			Title: t(ctx, "front.privacy"), Description: t(ctx, "front.privacy_description"), Canonical: "/privacy",
		},
		Site: r.SiteName, Contact: r.contact(), Forget: r.ForgetAfter,
	}))
}

func privacySections() []section {
	return []section{
		{"kept", "front.privacy_kept"}, {"opinion", "front.privacy_opinion"}, {"sealed", "front.privacy_sealed"},
		{"rights", "front.privacy_rights"}, {"host", "front.privacy_host"},
	}
}

// days is how long after the end of a mobilisation who signed it is forgotten, in days.
func (s statement) days() int64 { return int64(s.Forget / (24 * time.Hour)) }
