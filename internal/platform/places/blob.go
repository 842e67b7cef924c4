package places

// blob holds many short texts in one string, each behind a byte that tells its length: half the size of as many strings, and
// nothing for the garbage collector to follow.
type blob string

func (b blob) at(place uint32) string {
	if place == 0 {
		return ""
	}
	size := uint32(b[place])
	return string(b[place+1 : place+1+size])
}

// blobWriter gathers the texts of a blob. The first is the empty text, at 0.
type blobWriter struct {
	bytes []byte
	last  uint32 // where the previous text is: neighbours in a table often have the same name
}

// add returns where the text is. It is at most maxText bytes long, which the table has seen to.
func (w *blobWriter) add(text []byte) uint32 {
	if len(w.bytes) == 0 {
		w.bytes = append(w.bytes, 0)
	}
	if len(text) == 0 {
		return 0
	}
	if size := uint32(w.bytes[w.last]); string(w.bytes[w.last+1:w.last+1+size]) == string(text) {
		return w.last
	}
	w.last = uint32(len(w.bytes))
	w.bytes = append(append(w.bytes, byte(len(text))), text...)
	return w.last
}

func (w *blobWriter) blob() blob { return blob(w.bytes) }

// codeSize is the length of an INSEE code, and of a French postal code.
const codeSize = 5

// nth returns the code at this place of an unbroken row of codes.
func nth(codes string, at int) string { return codes[at*codeSize : (at+1)*codeSize] }

// find searches an ascending, unbroken row of codes.
func find[text string | []byte](codes string, code text) (at int, ok bool) {
	low, high := 0, len(codes)/codeSize
	for low < high {
		middle := int(uint(low+high) >> 1)
		if nth(codes, middle) < string(code) {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, len(code) == codeSize && low < len(codes)/codeSize && nth(codes, low) == string(code)
}
