package front

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"essaim/internal/platform/clock"
	"essaim/internal/platform/fault"
	"essaim/internal/platform/mail"
	"essaim/internal/platform/prose"
	"essaim/internal/platform/storage"
)

const purposeNotice = "front.notice"

// Notice is who publishes the site, as the law of 21 June 2004 (LCEN, article 1-1) wants it said. Nothing is published before it is
// filled in.
type Notice struct {
	Publisher string `json:"publisher"` // person, or name and form of an association
	Address   string `json:"address"`
	Email     string `json:"email"`
	Phone     string `json:"phone"`
	Director  string `json:"director"` // of the publication
	Hosting   string `json:"hosting"`  // who hosts: name, address, telephone
}

const maxNotice = 300 // characters of one answer

// Filled tells whether everything is there that must be.
func (n Notice) Filled() bool {
	return n.Publisher != "" && n.Address != "" && n.Email != "" && n.Director != "" && n.Hosting != ""
}

// noticeFields are the answers in the order of the form, with whether each is needed.
func (n *Notice) fields() []noticeField {
	return []noticeField{
		{"publisher", &n.Publisher, true}, {"address", &n.Address, true}, {"email", &n.Email, true}, {"phone", &n.Phone, false},
		{"director", &n.Director, true}, {"hosting", &n.Hosting, true},
	}
}

type noticeField struct {
	Name   string
	Value  *string
	Needed bool
}

// check says what is missing or wrong.
func (n *Notice) check() error {
	var fields []fault.Field
	for _, f := range n.fields() {
		switch {
		case f.Needed && *f.Value == "":
			fields = append(fields, fault.Field{Name: f.Name, Key: "front.notice_missing"})
		case prose.Longer(*f.Value, maxNotice):
			fields = append(fields, fault.Field{Name: f.Name, Key: "front.notice_long", Args: []any{"max", maxNotice}})
		}
	}
	if n.Email != "" {
		if address, err := mail.ParseAddress(n.Email); err != nil {
			fields = append(fields, fault.Field{Name: "email", Key: "front.notice_email"})
		} else {
			n.Email = address
		}
	}
	if len(fields) > 0 {
		return fault.InvalidForm(fields...)
	}
	return nil
}

// Notice returns the one in force, and since when; empty and zero before there is one.
func (r *Room) Notice(ctx context.Context) (n Notice, since time.Time, err error) {
	var version, at int64
	var sealed []byte
	err = r.DB.QueryRow(ctx, `
		SELECT version, sealed, changed_at
		FROM front_notice
		ORDER BY version DESC
		LIMIT 1`).Scan(&version, &sealed, &at)
	if errors.Is(err, storage.ErrNoRows) {
		return n, since, nil
	}
	if err != nil {
		return n, since, fmt.Errorf("legal notice: %w", err)
	}
	plain, err := r.Vault.Open(purposeNotice, sealed, []byte(strconv.FormatInt(version, 10)))
	if err != nil {
		return n, since, fmt.Errorf("legal notice: %w", err)
	}
	return n, clock.Time(at), json.Unmarshal(plain, &n)
}

// SetNotice keeps a notice as the next version. The fault is Invalid with the fields of the form.
func (r *Room) SetNotice(ctx context.Context, n Notice, by string) error {
	if err := n.check(); err != nil {
		return err
	}
	plain, err := json.Marshal(n)
	if err != nil {
		return err
	}
	err = r.DB.InTx(ctx, func(ctx context.Context, tx *storage.Tx) error {
		var version int64
		if err := tx.QueryRow(ctx, `SELECT COALESCE(MAX(version), 0) + 1 FROM front_notice`).Scan(&version); err != nil {
			return err
		}
		sealed := r.Vault.Seal(purposeNotice, plain, []byte(strconv.FormatInt(version, 10))) // some microseconds in the writer, some times a year
		tx.AfterCommit(func() { r.Purge(noticeTag) })
		_, err := tx.Exec(ctx, `
			INSERT INTO front_notice (version, sealed, changed_by, changed_at)
			VALUES ($1, $2, $3, $4)`, version, sealed, by, clock.Micros(r.Clock.Now()))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the legal notice: %w", err)
	}
	return nil
}

// noticeTag is what the cached page of the notice bears.
const noticeTag = "notice"

// Ready refuses to publish while nobody is named who answers for it: a fault of kind Conflict with words for the host.
func (r *Room) Ready(ctx context.Context) error {
	n, _, err := r.Notice(ctx)
	if err == nil && !n.Filled() {
		err = fault.New(fault.Conflict, "front.notice_first")
	}
	return err
}
