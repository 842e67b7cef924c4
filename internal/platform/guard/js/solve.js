// The proof of work: what work.go checks. testdata/vectors.json binds the two.
import { compress, initial, sha256 } from "./sha256.js";

// normal is the address as the work binds it: ASCII only, since Go and JavaScript differ beyond.
export function normal(email) {
  return email.replace(/^[ \t\r\n\f\v]+|[ \t\r\n\f\v]+$/g, "").replace(/[A-Z]/g, (c) => c.toLowerCase());
}

// seed is what every try begins with, as 8 words.
export function seed(challenge, subject, email) {
  return sha256(new TextEncoder().encode(`${challenge}\n${subject}\n${normal(email)}`));
}

// search tries count numbers from the first one on, and returns the first whose hash begins with so many zero bits
// (1 to 31), or -1.
export function search(seed, bits, first, count) {
  const block = new Int32Array(16);
  block.set(seed);
  block[9] = 0x80 << 24;
  block[15] = 36 * 8;
  const zero = initial(), state = initial();
  for (let n = first; n < first + count; n++) {
    block[8] = n;
    state.set(zero);
    compress(state, block);
    if (state[0] >>> (32 - bits) === 0) return n;
  }
  return -1;
}
