// The worker: one message in, the number out.
import { search } from "./solve.js";

onmessage = ({ data }) => postMessage(search(data.seed, data.bits, 0, 2 ** 32));
