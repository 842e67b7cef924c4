package account_test

import (
	"strings"
	"testing"

	"essaim/internal/platform/perm"
)

func TestTheFootOfTheSignInMailIsTrueForEverybodyAndTellsNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.room.Open = true
		h.add("known@rail.example", perm.RoleOrganiser)
		foot := func(email string) string {
			_, letter := h.asked(email)
			lines := strings.Split(strings.TrimSpace(letter.Text), "\n")
			return plainSpaces.Replace(strings.Join(lines[max(0, len(lines)-3):], " "))
		}
		known, stranger := foot("known@rail.example"), foot("stranger@rail.example")
		if known != stranger || !strings.Contains(known, "cette adresse a été donnée") || strings.Contains(known, "vous avez un compte") {
			t.Errorf("%s\n%s", known, stranger)
		}
	})
}
