package page

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"essaim/internal/mobilisation"
	"essaim/internal/platform/clock"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/paper"
	"essaim/internal/platform/perm"
	"essaim/internal/platform/web"
)

// handoutTime is how long names may take to leave: a million over a bad line.
const handoutTime = 15 * time.Minute

// sendCSV sends the names of who agreed, row by row: whatever their number, a thousand are in memory. It is a POST, because it is written
// down who takes them.
func (r *Pages) sendCSV(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.shownFor(req, perm.Owner)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	agreed, err := r.CountAgreed(ctx, p.ID)
	if err != nil {
		return refuse(err)
	}
	if err := r.NoteHandout(ctx, p, mobilisation.HandoutCSV, agreed.Either, web.Actor(ctx)); err != nil {
		return refuse(err)
	}
	// What cannot wait longer, such as a test's recorder, keeps the time of the server. The machine's clock is meant.
	_ = http.NewResponseController(w).SetWriteDeadline(clock.System().Now().Add(handoutTime))
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+p.Slug+`-names.csv"`)
	out := csv.NewWriter(w)
	if form.Ticked("spreadsheet") {
		_, _ = io.WriteString(w, "\ufeff") // by which spreadsheets know UTF-8
		if web.Lang(ctx) == "fr" {
			out.Comma = ';' // as they expect in French
		}
	}
	_ = out.Write([]string{"given_name", "family_name", "postal_code", "country", "list", "public"})
	err = r.EachAgreed(ctx, p.ID, 0, 0, func(a mobilisation.Agreed) error {
		return out.Write([]string{safeCell(a.Given), safeCell(a.Family), safeCell(a.PostalCode), a.Country, ticked(a.HandOver), ticked(a.PublicName)})
	})
	if err != nil { // the head has left: who reads the file has to learn that it is not whole
		r.Log.Error("a list of names broke off", "petition", p.ID, "error", err)
		_ = out.Write([]string{t(ctx, "mobilisation.handout_broken")})
	}
	out.Flush()
	return nil
}

func ticked(yes bool) string {
	if yes {
		return "1"
	}
	return ""
}

// sendList prints a volume of the list of those who agreed to be on it.
func (r *Pages) sendList(w http.ResponseWriter, req *http.Request) error {
	ctx := req.Context()
	p, err := r.shownFor(req, perm.Owner)
	if err != nil {
		return err
	}
	form, err := web.ReadForm(req)
	if err != nil {
		return err
	}
	agreed, err := r.CountAgreed(ctx, p.ID)
	if err != nil {
		return refuse(err)
	}
	volumes := int((agreed.HandOver + perVolume - 1) / perVolume)
	volume, _ := strconv.Atoi(form.Line("volume"))
	volume = min(max(volume, 1), max(volumes, 1))
	list, n, err := r.list(ctx, p, agreed, volume, volumes)
	if err != nil {
		return refuse(err)
	}
	pdf, err := r.Printer.List(list)
	if err != nil {
		return err
	}
	if err := r.NoteHandout(ctx, p, mobilisation.HandoutList, n, web.Actor(ctx)); err != nil {
		return refuse(err)
	}
	w.Header().Set("Content-Type", paper.Type)
	w.Header().Set("Content-Disposition", `inline; filename="`+p.Slug+"-"+strconv.Itoa(volume)+`.pdf"`)
	_, _ = w.Write(pdf)
	return nil
}

// errVolume ends the reading of a volume.
var errVolume = errors.New("the volume is full")

// list reads a volume: by department, with the count of all on its first page.
func (r *Pages) list(ctx context.Context, p *mobilisation.Petition, agreed mobilisation.Agreement, volume, volumes int) (paper.List, int64, error) {
	l := i18n.From(ctx)
	text, _ := p.TextIn(l.Tag())
	carrier, err := r.CarrierOf(ctx, p)
	if err != nil {
		return paper.List{}, 0, err
	}
	onPaper, err := r.OnPaper(ctx, p.ID)
	if err != nil {
		return paper.List{}, 0, err
	}
	list := paper.List{
		Heading: l.T("mobilisation.list_heading", "date", l.Date(r.Clock.Now())), Title: text.Title, Foot: l.T("mobilisation.list_foot"),
		Lines: []string{
			l.T("mobilisation.to_whom", "addressee", text.Addressee), l.T("mobilisation.sheet_by", "name", carrier.Name),
			l.N("mobilisation.list_counts", r.Count(p.ID), "listed", agreed.HandOver),
		},
		Page: func(n, of int) string { return l.T("mobilisation.list_page", "n", n, "of", of) },
	}
	if onPaper > 0 {
		list.Lines = append(list.Lines, l.N("mobilisation.paper_beside", onPaper))
	}
	if volumes > 1 {
		list.Lines = append(list.Lines, l.T("mobilisation.list_volume", "n", volume, "of", volumes))
	}
	n := int64(0)
	err = r.EachAgreed(ctx, p.ID, mobilisation.HandOver, (volume-1)*perVolume, func(a mobilisation.Agreed) error {
		if n == perVolume {
			return errVolume
		}
		n++
		where := r.territoryName(a, l.Tag())
		if last := len(list.Groups) - 1; last < 0 || list.Groups[last].Name != where {
			list.Groups = append(list.Groups, paper.Group{Name: where})
		}
		group := &list.Groups[len(list.Groups)-1]
		group.Names = append(group.Names, strings.TrimSpace(a.Family+" "+a.Given+", "+a.PostalCode))
		return nil
	})
	if errors.Is(err, errVolume) {
		err = nil
	}
	return list, n, err
}

// territoryName is the department of somebody, or their country.
func (r *Pages) territoryName(a mobilisation.Agreed, lang string) string {
	atlas := r.Places.Load()
	if d, ok := atlas.Department(a.Department); ok {
		return d.In(lang) + " (" + d.Code + ")"
	}
	c, _ := atlas.Country(a.Country)
	return c.In(lang)
}
