package web

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"essaim/internal/platform/i18n"
	"essaim/internal/platform/perm"
)

// APIRoot is where the API stands. What changes in a way that breaks callers gets a new number.
const APIRoot = "/api/v1"

// API is what programs call: typed operations, described by one OpenAPI 3.1 document at /api/v1/openapi.json.
type API struct {
	huma     huma.API
	mux      *http.ServeMux
	routes   []Route
	document func() ([]byte, error) // encoded when it is first asked for: then no operation is added any more
}

// NewAPI returns an API without operations. It speaks JSON only, adds no field of its own to answers, and serves no page.
func NewAPI(title, version string) *API {
	config := huma.DefaultConfig(title, version)
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil // would add a $schema field to every answer
	config.Servers = []*huma.Server{{URL: "/", Description: "This instance"}}
	config.Transformers = append(config.Transformers, oneShape)
	a := &API{mux: http.NewServeMux()}
	a.huma = humago.New(a.mux, config)
	a.document = sync.OnceValues(func() ([]byte, error) { return json.Marshal(a.huma.OpenAPI()) })
	a.routes = []Route{{Method: http.MethodGet, Path: APIRoot + "/openapi.json", Right: perm.Anyone, Handle: a.describe, Raw: true, API: true}}
	return a
}

// Operation is one act of the API.
type Operation struct {
	Method, Path string // the path without APIRoot, with {name} for parameters
	ID           string // for generated clients: "list-mobilisations"
	Summary      string // one line
	Description  string
	Tag          string // the room
	Right        perm.Right
	Status       int   // of success; 0 means 200
	MaxBody      int64 // bytes; 0 means DefaultMaxBody
}

// Operate adds an operation. I and O are huma's input and output structs: tags say where each field comes from and what it may
// be; the body is in a field Body. An error is a fault; its words come in the language that the caller accepts.
func Operate[I, O any](a *API, op Operation, handle func(ctx context.Context, in *I) (*O, error)) {
	limit := op.MaxBody
	if limit == 0 {
		limit = DefaultMaxBody
	}
	huma.Register(a.huma, huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: APIRoot + op.Path, Summary: op.Summary, Description: op.Description,
		Tags: []string{op.Tag}, DefaultStatus: op.Status, MaxBodyBytes: limit, Errors: []int{http.StatusUnprocessableEntity},
	}, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return out, nil
	})
	a.routes = append(a.routes, Route{
		Method: op.Method, Path: APIRoot + op.Path, Right: op.Right, MaxBody: op.MaxBody, Raw: true, API: true,
		Handle: func(w http.ResponseWriter, r *http.Request) error {
			a.mux.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, r)))
			return nil
		},
	})
}

// Routes lists the operations as routes of the server.
func (a *API) Routes() []Route { return a.routes }

func (a *API) describe(w http.ResponseWriter, _ *http.Request) error {
	document, err := a.document()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(document)
	return nil
}

type requestKey struct{}

// Request is the request behind an operation: for who needs to know where it comes from.
func Request(ctx context.Context) *http.Request {
	r, _ := ctx.Value(requestKey{}).(*http.Request)
	return r
}

// problem makes an error into what huma writes as application/problem+json. What is ours is logged, and says nothing.
func (a *API) problem(ctx context.Context, err error) error {
	f := asFault(err)
	info := InfoFrom(ctx)
	if ours(err) {
		info.failure = err
	}
	problem := &apiProblem{ProblemOf(i18n.From(ctx), f)}
	if comesBack(f) {
		return huma.ErrorWithHeaders(problem, http.Header{"Retry-After": {retryAfter}})
	}
	return problem
}

// apiProblem is a Problem as huma knows errors.
type apiProblem struct{ Problem }

func (p *apiProblem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *apiProblem) GetStatus() int { return p.Status }

// ContentType says that it is a problem document (RFC 9457 3).
func (p *apiProblem) ContentType(string) string { return "application/problem+json" }

// oneShape writes what huma finds wrong with a request in the shape of our own problems. What was sent is not sent back: it may
// hold a name and an address.
func oneShape(ctx huma.Context, _ string, v any) (any, error) {
	found, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	l := i18n.From(ctx.Context())
	p := Problem{Type: "about:blank", Title: http.StatusText(found.Status), Status: found.Status, Detail: l.T("fault.invalid")}
	if len(found.Errors) == 0 {
		p.Detail = found.Detail
	}
	for _, e := range found.Errors {
		field := strings.TrimPrefix(strings.TrimPrefix(e.Location, "body"), ".")
		if missing := missingProperty.FindStringSubmatch(e.Message); missing != nil {
			field = missing[1]
		}
		p.Errors = append(p.Errors, ProblemField{Field: field, Code: "api.schema", Detail: e.Message})
	}
	return p, nil
}

// missingProperty reads the name out of huma's sentence about a property that is not there.
var missingProperty = regexp.MustCompile(`^expected required property (\S+) to be present$`)
