package search

// commonWords are the articles, prepositions, pronouns and auxiliaries of French and English that stand in nearly every text,
// folded and sorted. "Ou", "or", "not" and the like are here too: a query has no operators.
var commonWords = []string{
	"all", "an", "and", "any", "are", "as", "at", "au", "aux", "avec", "be", "been", "but", "by", "can", "car", "ce", "ces", "cet",
	"cette", "chez", "comme", "dans", "de", "des", "dont", "du", "elle", "elles", "en", "est", "et", "eux", "for", "from", "had", "has",
	"have", "he", "her", "his", "how", "if", "il", "ils", "in", "is", "it", "its", "je", "la", "le", "les", "leur", "leurs", "lui", "ma",
	"mais", "mes", "moi", "mon", "my", "ne", "ni", "no", "nos", "not", "notre", "nous", "of", "on", "or", "ou", "our", "par", "pas",
	"plus", "pour", "qu", "que", "qui", "sa", "sans", "se", "ses", "she", "so", "son", "sont", "sur", "ta", "te", "that", "the", "their",
	"them", "then", "there", "these", "they", "this", "those", "to", "toi", "ton", "tu", "un", "une", "us", "vos", "votre", "vous", "was",
	"we", "were", "what", "which", "who", "will", "with", "you", "your",
}
