package words

// The tables of this file are a choice of our own among what Unicode calls confusable (UTS 39), of what people really use to write a
// Latin word otherwise. Whole tables would make words out of what nobody reads so.

// variants are Latin letters in another dress, which Unicode does not take apart. They are never another word's own letters, so that
// they are always read as the plain ones.
var variants = makeVariants()

func makeVariants() map[rune]rune {
	all := map[rune]rune{}
	for plain, dressed := range map[rune]string{
		'a': "ɑᴀɐⱥ", 'b': "ʙɓƃ", 'c': "ᴄƈȼɕ", 'd': "ᴅɗɖƌ", 'e': "ᴇɇǝɘ", 'f': "ғꜰƒ", 'g': "ɢɡɠǥ", 'h': "ʜɦɥ", 'i': "ɪɨɩ", 'j': "ᴊʝɉ",
		'k': "ᴋƙʞ", 'l': "ʟɫɭƚ", 'm': "ᴍɱ", 'n': "ɴɲɳƞ", 'o': "ᴏɵ", 'p': "ᴘƥ", 'q': "ǫʠ", 'r': "ʀɾɹɍ", 's': "ꜱʂȿ", 't': "ᴛƭŧʈ",
		'u': "ᴜʉ", 'v': "ᴠʋ", 'w': "ᴡⱳ", 'y': "ʏƴɏ", 'z': "ᴢʐƶ",
	} {
		for _, r := range dressed {
			all[r] = plain
		}
	}
	for i := range rune(26) {
		all[0x1F150+i] = 'a' + i // white letters on black discs
		all[0x1F170+i] = 'a' + i // and on black squares
	}
	return all
}

// alike are letters of other scripts that look like a Latin one. They are read so where words mix scripts, or where a word that could
// be either stands in a text of Latin letters. Capitals that look otherwise than their small letters come first.
var alike = makeAlike()

func makeAlike() map[rune]rune {
	all := map[rune]rune{}
	for latin, others := range map[rune]string{
		'a': "аΑα", 'b': "вВΒβьЬ", 'c': "сСϲ", 'd': "ԁ", 'e': "еЕεΕҽ", 'f': "ϝ", 'g': "ց", 'h': "нНһΗհ", 'i': "іІιΙӏ", 'j': "јЈϳ", 'k': "кКκΚ",
		'l': "Ӏ", 'm': "мМΜ", 'n': "ηпոΝ", 'o': "оОοΟօσ", 'p': "рРρΡ", 'q': "ԛ", 'r': "гᴦ", 's': "ѕЅ", 't': "тТτΤ", 'u': "υμսи", 'v': "νѵ",
		'w': "ԝωш", 'x': "хХχΧ", 'y': "уУγΥү", 'z': "Ζ",
	} {
		for _, r := range others {
			all[r] = latin
		}
	}
	return all
}

// leet are digits and signs that stand for letters. 1 is read twice: as i and as l.
func leet(r, one rune) rune {
	switch r {
	case '0':
		return 'o'
	case '1', '|':
		return one
	case '3', '€':
		return 'e'
	case '4', '@':
		return 'a'
	case '5', '$':
		return 's'
	case '7':
		return 't'
	case '8':
		return 'b'
	case '9', '6':
		return 'g'
	case '!':
		return 'i'
	}
	return r
}

// isSign tells whether a character that is no part of a word may stand for a letter within one.
func isSign(r rune) bool { return r == '@' || r == '$' || r == '€' || r == '!' || r == '|' }
