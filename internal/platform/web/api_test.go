package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
	"essaim/internal/platform/web/webtest"
)

func TestTheDescriptionOfTheAPIIsEncodedOnce(t *testing.T) {
	s := webtest.New(t, clock.System())
	api := web.NewAPI("Test", "1")
	for _, id := range []string{"one", "two", "three", "four"} {
		web.Operate(api, web.Operation{Method: http.MethodGet, Path: "/" + id, ID: id, Summary: "Act.", Tag: "test", Right: perm.Anyone},
			func(context.Context, *struct{}) (*struct{}, error) { return nil, nil })
	}
	s.Serve(t, api.Routes()...)
	path := web.APIRoot + "/openapi.json"
	first := s.Visitor(t).Get(path)
	if first.Status != http.StatusOK || first.Body != s.Visitor(t).Get(path).Body {
		t.Fatalf("%d: %s", first.Status, first.Body)
	}
	again := httptest.NewRequest(http.MethodGet, webtest.URL+path, nil)
	if pieces := testing.AllocsPerRun(20, func() { s.ServeHTTP(httptest.NewRecorder(), again) }); pieces > 100 {
		t.Errorf("the description was made of %.0f pieces again", pieces)
	}
}
