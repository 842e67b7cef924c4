package moderation

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/guard"
	"essaim/internal/platform/i18n"
	"essaim/internal/platform/id"
	"essaim/internal/platform/jobs"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/module"
	"essaim/internal/platform/storage"
)

const (
	purposeReport = "moderation.report"
	maxWords      = 5000 // characters
	maxPath       = 300
)

// reportsFrom is how many reports may come from one home or network.
var reportsFrom = guard.Rate{Burst: 20, Per: time.Hour}

// Report is what somebody says is wrong with a page.
type Report struct {
	Path    string // of the page, without language prefix
	Article string // of the charter; empty for something else
	Words   string
	Email   string // for the answer; empty for none
	Lang    string
	From    netip.Addr
	charter int64 // version that has the article
}

// private is the part of a report that is sealed.
type private struct {
	Words string `json:"words"`
	Email string `json:"email,omitempty"`
}

// Report keeps a report and returns its number, which is all that is needed to ask after it. The fault is Invalid with the fields
// words, email or article, TooMany for a flood.
func (r *Room) Report(ctx context.Context, report Report) (number int64, err error) {
	charter, err := r.Charter(ctx, 0)
	if err != nil {
		return 0, err
	}
	if err := report.check(charter); err != nil {
		return 0, err
	}
	if !r.limiter.Allow(reportsFrom, "report", guard.Near(report.From)) {
		return 0, fault.New(fault.TooMany, "moderation.reports_enough")
	}
	now := r.Clock.Now()
	reportID := id.New(now)
	plain, err := json.Marshal(private{Words: report.Words, Email: report.Email})
	if err != nil {
		return 0, err
	}
	sealed := r.Vault.Seal(purposeReport, plain, []byte(reportID))
	for range 10 { // two at once want the same number: the second takes the next
		err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
			return insertReport(ctx, tx, reportID, report, sealed, clock.Micros(now)).Scan(&number)
		})
		if !errors.Is(err, storage.ErrNoRows) {
			break
		}
	}
	if err != nil {
		return 0, fmt.Errorf("keep a report: %w", err)
	}
	return number, nil
}

// insertReport writes a report under the next number; no row comes back when another has just taken it.
func insertReport(ctx context.Context, tx *storage.Tx, reportID string, report Report, sealed []byte, at int64) *storage.Row {
	return tx.QueryRow(ctx, `
		INSERT INTO moderation_report (id, number, path, article, charter, lang, state, sealed, created_at)
		VALUES ($1, (SELECT COALESCE(MAX(number), 1000) + 1 FROM moderation_report), $2, $3, $4, $5, 'waiting', $6, $7)
		ON CONFLICT (number) DO NOTHING
		RETURNING number`, reportID, report.Path, report.Article, report.charter, report.Lang, sealed, at)
}

func (report *Report) check(charter Charter) error {
	report.charter = charter.Version
	var fields []fault.Field
	if !strings.HasPrefix(report.Path, "/") || strings.HasPrefix(report.Path, "//") || len(report.Path) > maxPath {
		report.Path = "/"
	}
	if _, there := charter.Article(report.Article); report.Article != "" && !there {
		fields = append(fields, fault.Field{Name: "article", Key: "moderation.article_missing"})
	}
	if n := len([]rune(report.Words)); n == 0 || n > maxWords {
		fields = append(fields, fault.Field{Name: "words", Key: "moderation.words_missing", Args: []any{"max", maxWords}})
	}
	if report.Email != "" {
		address, err := mail.ParseAddress(report.Email)
		if f, ok := errors.AsType[*fault.Fault](err); ok {
			fields = append(fields, fault.Field{Name: "email", Key: f.Key, Args: f.Args})
		} else if err != nil {
			fields = append(fields, fault.Field{Name: "email", Key: "moderation.email_shape"})
		} else {
			report.Email = address
		}
	}
	if len(fields) > 0 {
		return fault.InvalidForm(fields...)
	}
	return nil
}

// What may be decided about a report. Neither changes the thing: its own room does that.
const (
	verdictUphold  = "uphold"
	verdictDismiss = "dismiss"
)

// reports is the kind of thing that this room itself offers to the queue.
func (r *Room) reports() module.Review {
	return module.Review{
		Kind: "moderation.report", Label: "moderation.report", Order: 20,
		Verdicts: []module.Verdict{
			{Name: verdictUphold, Icon: "check", Reason: true, Article: true},
			{Name: verdictDismiss, Icon: "x", Look: "alt", Reason: true},
		},
		Waiting: r.waitingReports, Count: r.countReports, Decide: r.answer,
		Appeal: &module.Appeal{Verdicts: []string{verdictDismiss}, Concerned: r.reporter, Reverse: r.reopen},
	}
}

func (r *Room) countReports(ctx context.Context) (n int64, err error) {
	err = r.DB.QueryRow(ctx, `SELECT COUNT(*) FROM moderation_report WHERE state = 'waiting'`).Scan(&n)
	return n, err
}

// keptReport is a row of moderation_report.
type keptReport struct {
	id, path, article, lang  string
	number, charter, created int64
	sealed                   []byte
}

func (r *Room) waitingReports(ctx context.Context, limit int) ([]module.ReviewItem, error) {
	rows, err := r.DB.Query(ctx, `
		SELECT id, number, path, article, charter, lang, sealed, created_at
		FROM moderation_report
		WHERE state = 'waiting'
		ORDER BY created_at
		LIMIT $1`, limit)
	all, err := storage.All(rows, err, func(row *storage.Rows) (k keptReport, err error) {
		return k, row.Scan(&k.id, &k.number, &k.path, &k.article, &k.charter, &k.lang, &k.sealed, &k.created)
	})
	if err != nil {
		return nil, err
	}
	charters, err := r.Charters(ctx)
	if err != nil {
		return nil, err
	}
	items := make([]module.ReviewItem, 0, len(all))
	for _, k := range all {
		in, err := r.open(k.id, k.sealed)
		if err != nil {
			r.Log.Error("a report cannot be opened", "report", k.id, "error", err)
			continue
		}
		items = append(items, module.ReviewItem{
			ID: k.id, Since: clock.Time(k.created), Title: tr(ctx, "moderation.report_number", "number", strconv.FormatInt(k.number, 10)),
			Body: reportBody(in.Words, cited(i18n.From(ctx), charters, k.charter, k.article), pausePath(k.path)), Path: k.path,
			Said: []module.Said{{Lang: k.lang, Text: in.Words}},
		})
	}
	return items, nil
}

// mobilisationPath is the page of a mobilisation, or one below it, in any language.
var mobilisationPath = regexp.MustCompile(`^(?:/[a-z]{2,3})?(/m/[a-z0-9-]{1,80})(?:$|[/?#])`)

// pausePath is where the mobilisation is paused that a report is about, empty when it is about none.
func pausePath(reported string) string {
	found := mobilisationPath.FindStringSubmatch(reported)
	if found == nil {
		return ""
	}
	return found[1] + "/pause"
}

func (r *Room) open(reportID string, sealed []byte) (in private, err error) {
	plain, err := r.Vault.Open(purposeReport, sealed, []byte(reportID))
	if err != nil {
		return in, err
	}
	return in, json.Unmarshal(plain, &in)
}

const answerKind = "moderation.answer"

// answerTask is the mail that answers a report. The reason is sealed: it lies in the database until it was sent.
type answerTask struct {
	Report  string `json:"report"`
	Verdict string `json:"verdict"`
	Reason  string `json:"reason"`
	Entry   string `json:"entry"` // in the log
}

// answer notes what was decided about a report, and has it told to who gave an address.
func (r *Room) answer(ctx context.Context, tx *storage.Tx, d module.Decision) error {
	n, err := tx.Exec(ctx, `
		UPDATE moderation_report
		SET state = $2, answered_at = $3
		WHERE id = $1 AND state = 'waiting'`, d.ID, d.Verdict, clock.Micros(d.At))
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "moderation.decided_already")
	}
	reason := r.Vault.SealText(purposeReport, []byte(d.Reason), []byte(d.ID))
	return r.Queue.Enqueue(ctx, tx, jobs.Task{Kind: answerKind, Payload: answerTask{Report: d.ID, Verdict: d.Verdict, Reason: reason, Entry: d.Entry}})
}

// sendAnswer is the job that writes to who reported. The Message-ID is the job's own.
func (r *Room) sendAnswer(ctx context.Context, job jobs.Job) error {
	var task answerTask
	if err := job.Decode(&task); err != nil {
		return err
	}
	var k keptReport
	err := r.DB.QueryRow(ctx, `
		SELECT number, lang, sealed
		FROM moderation_report
		WHERE id = $1`, task.Report).Scan(&k.number, &k.lang, &k.sealed)
	if errors.Is(err, storage.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	in, err := r.open(task.Report, k.sealed)
	if err != nil || in.Email == "" {
		return err
	}
	reason, err := r.Vault.OpenText(purposeReport, task.Reason, []byte(task.Report))
	if err != nil {
		return jobs.Permanent(err)
	}
	l := r.Languages.For(k.lang)
	letter := mail.Letter{
		Lang: l.Tag(), Sender: r.SiteName, Heading: l.T("moderation.answer_subject", "number", strconv.FormatInt(k.number, 10)),
		Paragraphs: []string{l.T("moderation.answer_" + task.Verdict), l.T("moderation.answer_reason", "reason", string(reason))},
		Footer:     []string{l.T("moderation.answer_footer", "site", r.SiteName)},
	}
	if err := r.Because(ctx, &letter, task.Entry); err != nil {
		return err
	}
	return r.post(ctx, module.Concerned{Email: in.Email}, letter, "report-"+job.ID)
}

// reporter is who reported something, and what.
func (r *Room) reporter(ctx context.Context, reportID string) (module.Concerned, error) {
	var k keptReport
	err := r.DB.QueryRow(ctx, `
		SELECT number, path, lang, sealed
		FROM moderation_report
		WHERE id = $1`, reportID).Scan(&k.number, &k.path, &k.lang, &k.sealed)
	if errors.Is(err, storage.ErrNoRows) {
		return module.Concerned{}, fault.New(fault.NotFound, "web.not_found")
	}
	if err != nil {
		return module.Concerned{}, err
	}
	in, err := r.open(reportID, k.sealed)
	title := r.Languages.For(k.lang).T("moderation.report_number", "number", strconv.FormatInt(k.number, 10))
	return module.Concerned{Email: in.Email, Lang: k.lang, Title: title, Path: k.path}, err
}

// reopen has a report that was dismissed stand as justified.
func (r *Room) reopen(ctx context.Context, tx *storage.Tx, d module.Decision) error {
	n, err := tx.Exec(ctx, `
		UPDATE moderation_report
		SET state = $2, answered_at = $3
		WHERE id = $1 AND state = $4`, d.ID, verdictUphold, clock.Micros(d.At), verdictDismiss)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "moderation.appeal_no_more")
	}
	return err
}
