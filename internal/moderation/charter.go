package moderation

// CharterVersion is the version of the charter that this program brings. It grows by one when an article changes its meaning.
const CharterVersion = 1

// Articles are the numbers of the charter's articles, in their order; their words are the messages moderation.article_N and
// moderation.article_N_text.
func Articles() []string { return []string{"1", "2", "3", "4", "5", "6"} }
