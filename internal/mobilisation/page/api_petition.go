package page

import (
	"context"
	"net/http"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
)

// apiPetition is a mobilisation as programs read it.
type apiPetition struct {
	Slug       string             `json:"slug" example:"ligne-du-val"`
	URL        string             `json:"url" format:"uri"`
	State      mobilisation.State `json:"state" enum:"published,paused,closed,victory" doc:"paused: held by moderators, takes no signatures"`
	Title      string             `json:"title"`
	Language   string             `json:"language" doc:"BCP 47 tag of the words in this answer"`
	Languages  []string           `json:"languages" doc:"Tags of all languages in which the words exist"`
	Points     []string           `json:"points" doc:"Why, in at most three lines"`
	Addressee  string             `json:"addressee"`
	Why        string             `json:"why,omitempty" doc:"Markdown"`
	Letter     string             `json:"letter,omitempty" doc:"Markdown: the full text to the addressee"`
	Carrier    string             `json:"carrier" doc:"Name of the organisation"`
	Area       string             `json:"area" doc:"world, europe, country:FR, region:84, department:67 or commune:67482"`
	Count      int64              `json:"count" doc:"Confirmed signatures, at most two seconds old"`
	Goal       int64              `json:"goal" doc:"The next milestone"`
	OnPaper    int64              `json:"on_paper" doc:"Signatures on paper as the team counted them, not in count: nobody confirmed them by mail"`
	Published  time.Time          `json:"published_at"`
	Closed     *time.Time         `json:"closed_at,omitempty"`
	Delivered  *time.Time         `json:"delivered_at,omitempty" doc:"The day on which the signatures were last handed over, at midnight UTC"`
	Milestones []apiMilestone     `json:"milestones,omitempty"`
}

type apiMilestone struct {
	Goal    int64      `json:"goal"`
	Reached *time.Time `json:"reached_at,omitempty"`
	Words   string     `json:"words"`
}

type listInput struct {
	Language string `query:"language" maxLength:"20" doc:"Tag of the language wanted; else the caller's Accept-Language"`
	Limit    int    `query:"limit" minimum:"1" maximum:"100" default:"50"`
}

type listOutput struct {
	Body struct {
		Mobilisations []apiPetition `json:"mobilisations" doc:"The newest first"`
	}
}

type oneInput struct {
	Slug     string `path:"slug" maxLength:"80"`
	Language string `query:"language" maxLength:"20" doc:"Tag of the language wanted; else the caller's Accept-Language"`
}

type oneOutput struct{ Body apiPetition }

// AddAPI adds the room's operations.
func (r *Pages) AddAPI(a *web.API) {
	web.Operate(a, web.Operation{
		Method: http.MethodGet, Path: "/mobilisations", ID: "list-mobilisations", Tag: "mobilisation", Right: perm.Anyone,
		Summary: "The mobilisations that may be seen, the newest first",
	}, r.apiList)
	web.Operate(a, web.Operation{
		Method: http.MethodGet, Path: "/mobilisations/{slug}", ID: "get-mobilisation", Tag: "mobilisation", Right: perm.Anyone,
		Summary: "One mobilisation with all its words",
	}, r.apiOne)
	web.Operate(a, web.Operation{
		Method: http.MethodPost, Path: "/mobilisations/{slug}/signatures", ID: "sign", Tag: "mobilisation", Right: perm.Anyone,
		Status: http.StatusAccepted, Summary: "Sign; the signature counts once its mail is confirmed",
		Description: "The answer is the same for a new signature, one that was there and one that is kept apart. The person gets one mail with a link and a code.",
	}, r.apiSign)
}

func (r *Pages) apiList(ctx context.Context, in *listInput) (*listOutput, error) {
	ids, err := r.Latest(ctx, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &listOutput{}
	out.Body.Mobilisations = []apiPetition{}
	for _, id := range ids {
		p, err := r.PetitionByID(ctx, id)
		if err != nil {
			return nil, err
		}
		one, err := r.apiPetition(ctx, p, in.Language, false)
		if err != nil {
			return nil, err
		}
		out.Body.Mobilisations = append(out.Body.Mobilisations, one)
	}
	return out, nil
}

func (r *Pages) apiOne(ctx context.Context, in *oneInput) (*oneOutput, error) {
	p, err := r.Petition(ctx, in.Slug)
	if err != nil {
		return nil, err
	}
	one, err := r.apiPetition(ctx, p, in.Language, true)
	return &oneOutput{Body: one}, err
}

func (r *Pages) apiPetition(ctx context.Context, p *mobilisation.Petition, lang string, whole bool) (apiPetition, error) {
	if lang == "" {
		lang = web.Lang(ctx)
	}
	text, _ := p.TextIn(lang)
	carrier, err := r.CarrierOf(ctx, p)
	if err != nil {
		return apiPetition{}, err
	}
	count := r.Count(p.ID)
	onPaper, err := r.OnPaper(ctx, p.ID)
	if err != nil {
		return apiPetition{}, err
	}
	one := apiPetition{
		Slug: p.Slug, URL: r.SiteURL + "/m/" + p.Slug, State: p.State, Title: text.Title, Language: text.Lang, Points: text.Points,
		Addressee: text.Addressee, Carrier: carrier.Name, Area: string(p.Area), Count: count, Goal: p.NextGoal(count), OnPaper: onPaper, Published: p.Published,
	}
	for _, tag := range r.Languages.Tags() {
		if _, ok := p.Texts[tag]; ok {
			one.Languages = append(one.Languages, tag)
		}
	}
	if p.Paused() {
		one.State = "paused"
	}
	if !p.Delivered.IsZero() {
		one.Delivered = &p.Delivered
	}
	if !p.Closed.IsZero() {
		one.Closed = &p.Closed
	}
	if whole {
		one.Why, one.Letter = text.Why, text.Letter
		for _, m := range p.Milestones {
			mine := apiMilestone{Goal: m.Goal, Words: m.WordsIn(lang, p.Lang)}
			if !m.Reached.IsZero() {
				mine.Reached = &m.Reached
			}
			one.Milestones = append(one.Milestones, mine)
		}
	}
	return one, nil
}
