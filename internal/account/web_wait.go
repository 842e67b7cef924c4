package account

import (
	"context"
	"net/http"
	"time"

	"essaim/internal/platform/guard"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/view"
	"essaim/internal/platform/web"
)

// doorSubject is what asking for a link is to the guard, and the lane of those who wait for it: crowds that sign do not fill it.
const doorSubject = "signin"

// waitForm is the door for who waits some seconds: the same answers, and a button.
type waitForm struct {
	Email, Next, Token string
	Seconds            int64
	Early              bool // the button was pressed before it works
}

func (f waitForm) left(ctx context.Context) string {
	if f.Early {
		return i18n.From(ctx).N("guard.wait_early", f.Seconds)
	}
	return i18n.From(ctx).N("guard.wait_left", f.Seconds)
}

// atTheDoor is what the guard sees of who asks for a link.
func (r *Room) atTheDoor(req *http.Request, form web.Form) guard.Request {
	return guard.Request{
		Subject: doorSubject, Lane: doorSubject, Email: form.Line("email"), Addr: r.Addr(req), Challenge: form.Raw(guard.FieldChallenge),
		Solution: form.Raw(guard.FieldSolution), Honeypot: form.Raw(guard.FieldHoneypot), WaitToken: form.Raw(guard.FieldWait),
	}
}

// lateness is how long a letter to who has no account has to wait. Whether the address is somebody's is not looked at here.
func (r *Room) lateness(request guard.Request) time.Duration {
	if !r.Open {
		return NoStranger
	}
	late, ok := r.Guard.Letters(request)
	if !ok {
		return NoStranger
	}
	return late
}

func (r *Room) askToWait(w http.ResponseWriter, req *http.Request, typed signInForm, request guard.Request) error {
	token, left := r.Guard.WaitToken(request)
	return view.Write(req.Context(), w, http.StatusOK, waitPage(waitForm{
		Email: typed.Email, Next: typed.Next, Token: token, Seconds: int64(left / time.Second), Early: request.WaitToken == token,
	}))
}
