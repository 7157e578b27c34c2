// The bytes of one direction of a WebSocket connection, taken apart: the HTTP head, then frames.

const control = { 8: "close", 9: "ping", 10: "pong" };

export class FrameReader {
  #bytes = Buffer.alloc(0);
  #head = true;
  #parts = []; // of a message in several frames

  // Yields {raw}, with `text` where a text message is complete, `binary` for one of the other
  // kind, and `head` for the HTTP head.
  *read(chunk) {
    this.#bytes = this.#bytes.length > 0 ? Buffer.concat([this.#bytes, chunk]) : chunk;
    for (;;) {
      const piece = this.#head ? this.#takeHead() : this.#takeFrame();
      if (!piece) return;
      yield piece;
    }
  }

  #take(length) {
    const raw = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    return raw;
  }

  #takeHead() {
    const end = this.#bytes.indexOf("\r\n\r\n");
    if (end < 0) return null;
    this.#head = false;
    const raw = this.#take(end + 4);
    return { raw, head: raw.toString() };
  }

  #takeFrame() {
    const frame = measure(this.#bytes);
    if (!frame || this.#bytes.length < frame.start + frame.length) return null;
    const raw = this.#take(frame.start + frame.length);
    if (frame.code >= 8) return { raw, control: control[frame.code] ?? frame.code };
    this.#parts.push(unmasked(raw, frame));
    if (!frame.last) return { raw };
    const payload = Buffer.concat(this.#parts);
    this.#parts = [];
    return frame.code === 2 ? { raw, binary: payload.length } : { raw, text: payload.toString() };
  }
}

// Where the payload of the frame at the beginning starts and how long it is; null: too few bytes.
function measure(bytes) {
  if (bytes.length < 2) return null;
  const short = bytes[1] & 127;
  const extra = short === 127 ? 8 : short === 126 ? 2 : 0;
  const masked = (bytes[1] & 128) !== 0;
  const start = 2 + extra + (masked ? 4 : 0);
  if (bytes.length < start) return null;
  let length = short;
  if (extra === 2) length = bytes.readUInt16BE(2);
  if (extra === 8) length = Number(bytes.readBigUInt64BE(2));
  return { code: bytes[0] & 15, last: (bytes[0] & 128) !== 0, masked, start, length };
}

function unmasked(raw, { masked, start }) {
  const payload = Buffer.from(raw.subarray(start));
  if (!masked) return payload;
  const mask = raw.subarray(start - 4, start);
  for (let at = 0; at < payload.length; at += 1) payload[at] ^= mask[at & 3];
  return payload;
}
